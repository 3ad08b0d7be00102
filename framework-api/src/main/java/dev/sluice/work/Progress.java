package dev.sluice.work;

/** What a run of a worker found. */
public enum Progress {
    /** There may be more: run again at once, after all others whose turn it is. */
    MORE,
    /** Nothing is left: run again after the worker's interval, or when it is woken. */
    DONE
}
