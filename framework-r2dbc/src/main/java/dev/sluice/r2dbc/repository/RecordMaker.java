package dev.sluice.r2dbc.repository;

import dev.sluice.repository.InvalidMappingException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of one type through their canonical constructor, without reflection per row.
 *
 * @param <T> the record
 */
final class RecordMaker<T> {

    private final Class<T> type;
    private final MethodHandle constructor;
    private final boolean[] primitive;

    RecordMaker(Class<T> type) {
        this.type = type;
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        this.constructor = constructor(type, types);
        this.primitive = new boolean[types.length];
        for (int i = 0; i < types.length; i++) {
            primitive[i] = types[i].isPrimitive();
        }
    }

    /** Takes NULL for no primitive. */
    T make(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && primitive[i]) {
                throw nullForPrimitive(i);
            }
        }
        try {
            return type.cast((Object) constructor.invokeExact(values));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the constructor of " + type.getSimpleName() + " failed", e);
        }
    }

    /** The accessor of a component, as {@code (Object) → Object}. */
    static MethodHandle accessor(Class<?> type, RecordComponent component) {
        try {
            open(type, component.getAccessor());
            return MethodHandles.lookup()
                    .unreflect(component.getAccessor())
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException e) {
            throw closed(type);
        }
    }

    private static MethodHandle constructor(Class<?> type, Class<?>[] types) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            open(type, canonical);
            return MethodHandles.lookup()
                    .unreflectConstructor(canonical)
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has a canonical constructor: " + type.getName(), e);
        } catch (IllegalAccessException e) {
            throw closed(type);
        }
    }

    private static void open(Class<?> type, AccessibleObject member) {
        if (!member.trySetAccessible()) {
            throw closed(type);
        }
    }

    private static InvalidMappingException closed(Class<?> type) {
        return new InvalidMappingException(
                type.getName(), "is closed to Sluice (expected: a public record, or a package that is opened to it)");
    }

    private InvalidMappingException nullForPrimitive(int index) {
        RecordComponent component = type.getRecordComponents()[index];
        return new InvalidMappingException(
                type.getSimpleName() + "." + component.getName(),
                "a row holds NULL, and a %s cannot (expected: a boxed type, or a column that is NOT NULL)"
                        .formatted(component.getType().getSimpleName()));
    }
}
