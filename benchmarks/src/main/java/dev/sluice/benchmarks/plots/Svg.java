package dev.sluice.benchmarks.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes of Lets-Plot's SVG a small one that is the same each time. */
final class Svg {

    private static final Pattern ID = Pattern.compile("\\bid=\"(\\w+)\"");
    private static final Pattern RULE = Pattern.compile("#(\\w+) \\.([\\w-]+) \\{[^}]*} ?");
    private static final Pattern TAG = Pattern.compile("<[^>]*>");
    private static final Pattern FRACTION = Pattern.compile("-?\\d+\\.\\d+(?:E-?\\d+)?");
    private static final Pattern NEEDLESS = Pattern.compile(
            " (?:clip-bounds-jfx=\"[^\"]*\"|(?:fill-|stroke-)?opacity=\"1\"|transform=\"(?:rotate\\(0 [^\"]*)?\")");

    /** Where the reader's page is dark, light and dark change places and hues stay. */
    private static final String DARK =
            "<style>@media (prefers-color-scheme: dark) {:root {filter: invert(0.93) hue-rotate(180deg);}}</style>";

    private Svg() {}

    /** @param title what those hear who do not see it */
    static String tidy(String svg, String title) {
        String text = svg.replaceAll("\\s+", " ").replace("> ", ">").replace(" <", "<");
        text = shortened(withoutUnusedRules(withStableIds(text))).replaceAll("></(?:line|rect|path)>", "/>");
        int head = text.indexOf('>') + 1;
        String named = text.substring(0, head).replaceFirst("<svg ", "<svg role=\"img\" ") + "<title>" + escaped(title)
                + "</title>" + DARK + text.substring(head);
        return named.replace("><", ">\n<") + "\n";
    }

    private static String withStableIds(String svg) {
        List<String> ids = new ArrayList<>();
        Matcher matcher = ID.matcher(svg);
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        String stable = svg;
        for (int i = 0; i < ids.size(); i++) {
            stable = stable.replaceAll("\\b" + ids.get(i) + "\\b", "s" + i);
        }
        return stable;
    }

    private static String withoutUnusedRules(String svg) {
        return RULE.matcher(svg.replaceAll("[\\w-]*user-select: none; ", ""))
                .replaceAll(rule ->
                        svg.contains("id=\"" + rule.group(1) + "\"") && svg.contains("class=\"" + rule.group(2) + "\"")
                                ? Matcher.quoteReplacement(rule.group())
                                : "");
    }

    // What a reader sees of a figure is text, and stays.
    private static String shortened(String svg) {
        return TAG.matcher(svg)
                .replaceAll(tag -> Matcher.quoteReplacement(
                        NEEDLESS.matcher(FRACTION.matcher(tag.group()).replaceAll(Svg::rounded))
                                .replaceAll("")));
    }

    /** A hundredth of a pixel is more than what the mathematics of two machines could differ by. */
    private static String rounded(MatchResult number) {
        String text = String.format(Locale.ROOT, "%.2f", Double.parseDouble(number.group()));
        String shorter = text.replaceAll("\\.?0+$", "");
        return shorter.equals("-0") ? "0" : shorter;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
