package dev.sluice.spring.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a tree of records binds. A key is compared as Spring Boot compares it: element by element,
 * without dashes and case.
 */
final class KnownKeys {

    private static final Pattern CAMEL_HUMP = Pattern.compile("([a-z0-9])([A-Z])");

    private final Class<?> root;

    KnownKeys(Class<?> root) {
        this.root = root;
    }

    /** Whether a record component takes a key with these elements. */
    boolean contains(List<String> elements) {
        return matches(root, elements, false);
    }

    /**
     * The same for an environment variable, where an underscore may be a dot or a dash, as in {@code
     * POOL_MAX_LIFE_TIME}.
     */
    boolean containsVariable(List<String> elements) {
        return matches(root, elements, true);
    }

    /** All keys without a name of the user's in them, for suggestions. */
    List<String> all() {
        List<String> keys = new ArrayList<>();
        collect("", root, keys);
        return keys;
    }

    private static boolean matches(Type type, List<String> elements, boolean joined) {
        if (type instanceof Class<?> node && node.isRecord()) {
            return !elements.isEmpty() && matchesComponent(node, elements, joined);
        }
        Type value = valueOfMap(type);
        if (value != null) {
            int most = joined ? elements.size() : Math.min(1, elements.size());
            for (int taken = 1; taken <= most; taken++) {
                if (matches(value, elements.subList(taken, elements.size()), joined)) {
                    return true;
                }
            }
            return false;
        }
        boolean element =
                isList(type) && elements.size() == 1 && elements.get(0).matches("\\d+");
        return elements.isEmpty() || element;
    }

    private static boolean matchesComponent(Class<?> node, List<String> elements, boolean joined) {
        int most = joined ? elements.size() : 1;
        for (int taken = 1; taken <= most; taken++) {
            String name = uniform(String.join("", elements.subList(0, taken)));
            for (RecordComponent component : node.getRecordComponents()) {
                if (uniform(component.getName()).equals(name)
                        && matches(component.getGenericType(), elements.subList(taken, elements.size()), joined)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void collect(String prefix, Type type, List<String> keys) {
        if (type instanceof Class<?> node && node.isRecord()) {
            for (RecordComponent component : node.getRecordComponents()) {
                String name = CAMEL_HUMP.matcher(component.getName()).replaceAll("$1-$2");
                collect(
                        prefix.isEmpty() ? dashed(name) : prefix + "." + dashed(name),
                        component.getGenericType(),
                        keys);
            }
        } else if (valueOfMap(type) == null) {
            keys.add(prefix);
        }
    }

    private static @Nullable Type valueOfMap(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == Map.class
                ? generic.getActualTypeArguments()[1]
                : null;
    }

    private static boolean isList(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == List.class;
    }

    private static String dashed(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String uniform(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }
}
