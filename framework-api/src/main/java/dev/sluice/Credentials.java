package dev.sluice;

/**
 * A database login. Its text form hides the password.
 *
 * @param username the role
 * @param password its password; may be empty
 */
public record Credentials(String username, String password) {

    /** @throws IllegalArgumentException if the user name is blank */
    public Credentials {
        if (username.isBlank()) {
            throw new IllegalArgumentException("username: blank (expected: the name of a database role)");
        }
    }

    @Override
    public String toString() {
        return "Credentials[username=%s, password=***]".formatted(username);
    }
}
