package dev.sluice.repository;

/** A page is asked for that no repository answers. */
public final class InvalidPageException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** @param problem what is wrong, and what is expected */
    public InvalidPageException(String problem) {
        super(problem);
    }
}
