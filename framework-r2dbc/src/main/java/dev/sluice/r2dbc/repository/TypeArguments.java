package dev.sluice.r2dbc.repository;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the type variables of an interface's supertypes stand for. */
final class TypeArguments {

    private final Map<TypeVariable<?>, Type> arguments = new HashMap<>();

    TypeArguments(Class<?> type) {
        collect(type);
    }

    private void collect(Class<?> type) {
        for (Type parent : type.getGenericInterfaces()) {
            if (parent instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
                TypeVariable<?>[] variables = raw.getTypeParameters();
                for (int i = 0; i < variables.length; i++) {
                    arguments.put(variables[i], resolve(generic.getActualTypeArguments()[i]));
                }
                collect(raw);
            } else if (parent instanceof Class<?> plain) {
                collect(plain);
            }
        }
    }

    /** The type with its variables replaced, down to the arguments of generic types. */
    Type resolve(Type type) {
        if (type instanceof TypeVariable<?>) {
            Type argument = arguments.get(type);
            return argument == null ? type : argument;
        }
        if (type instanceof ParameterizedType generic) {
            return new Resolved(
                    generic.getRawType(),
                    Arrays.stream(generic.getActualTypeArguments())
                            .map(this::resolve)
                            .toList());
        }
        return type;
    }

    private record Resolved(Type getRawType, List<Type> arguments) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.toArray(Type[]::new);
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }

        @Override
        public String getTypeName() {
            return arguments.stream()
                    .map(Type::getTypeName)
                    .collect(Collectors.joining(", ", getRawType.getTypeName() + "<", ">"));
        }
    }
}
