package dev.sluice.testkit.cluster;

/** A login. Its text form hides the password. */
public record Credentials(String username, String password) {

    @Override
    public String toString() {
        return "Credentials[username=" + username + "]";
    }
}
