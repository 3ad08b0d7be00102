package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheCodec;
import dev.sluice.cache.CacheSpec;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Tells the shapes of a type apart: a value that was stored before a component was added, renamed or retyped is none for the version after
 * it, and each of the two goes on with its own while both run.
 */
final class Shape {

    private static final int HEX_DIGITS = 16;

    private final StringBuilder text = new StringBuilder();
    private final Set<Class<?>> described = new HashSet<>();

    private Shape() {}

    /** @return the variant under which values are stored */
    static String variant(CacheSpec<?> spec, CacheCodec codec) {
        Shape shape = new Shape();
        shape.describe(spec.type());
        return codec.name() + '-' + digest(shape.text.toString()) + '-' + spec.version();
    }

    private void describe(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            describe(parameterized.getRawType());
            Arrays.stream(parameterized.getActualTypeArguments()).forEach(this::describe);
        } else if (type instanceof GenericArrayType array) {
            text.append('[');
            describe(array.getGenericComponentType());
        } else if (type instanceof WildcardType wildcard) {
            Arrays.stream(wildcard.getUpperBounds()).forEach(this::describe);
        } else if (type instanceof TypeVariable<?> variable) {
            text.append(variable.getName()).append(';');
        } else if (type instanceof Class<?> known) {
            describe(known);
        }
    }

    private void describe(Class<?> type) {
        text.append(type.getName()).append(';');
        boolean ours = !type.isPrimitive() && !type.isArray() && !type.getName().startsWith("java.");
        if (type.isArray()) {
            describe(type.getComponentType());
        } else if (ours && described.add(type)) {
            members(type);
        }
    }

    private void members(Class<?> type) {
        if (type.isEnum()) {
            text.append(Arrays.toString(type.getEnumConstants()));
        } else if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                text.append(component.getName()).append(':');
                describe(component.getGenericType());
            }
        } else {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    text.append(field.getName()).append(':');
                    describe(field.getGenericType());
                }
            }
            if (type.getSuperclass() != null) {
                describe(type.getSuperclass());
            }
        }
    }

    private static String digest(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
