package dev.sluice.testkit.contract;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text that is in the rows of one tenant and nowhere else. */
record Sentinel(String value) {

    private static final Pattern ANY = Pattern.compile("sentinel[0-9a-f]{16}");

    static Sentinel random(Random random) {
        return new Sentinel("sentinel%016x".formatted(random.nextLong()));
    }

    static boolean isIn(String text) {
        return ANY.matcher(text).find();
    }

    boolean isMissingIn(String text) {
        return !text.contains(value);
    }

    boolean isForeignIn(String text) {
        Matcher found = ANY.matcher(text);
        while (found.find()) {
            if (!found.group().equals(value)) {
                return true;
            }
        }
        return false;
    }
}
