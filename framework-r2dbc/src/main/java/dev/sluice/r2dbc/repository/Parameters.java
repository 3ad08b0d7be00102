package dev.sluice.r2dbc.repository;

import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.PageRequest;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a method that a statement may name; a {@link PageRequest} stands aside. Immutable. */
final class Parameters {

    private static final int NO_PAGE = -1;

    private final List<String> names = new ArrayList<>();
    private final List<ValueType> types = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private int page = NO_PAGE;

    /**
     * @throws InvalidMappingException if a parameter has no name in the class file, or a type that does not
     * travel
     */
    Parameters(String method, Method declared, TypeArguments arguments) {
        Parameter[] parameters = declared.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            Parameter parameter = parameters[i];
            if (parameter.getType() == PageRequest.class) {
                requireFirstPage(method);
                page = i;
                continue;
            }
            if (!parameter.isNamePresent()) {
                throw new InvalidMappingException(
                        method,
                        "%s was compiled without the names of parameters (expected: javac -parameters)"
                                .formatted(declared.getDeclaringClass().getName()));
            }
            ValueType type = ValueTypes.of(arguments.resolve(parameter.getParameterizedType()));
            if (type == null) {
                throw new InvalidMappingException(
                        method,
                        "parameter '%s' is %s, which cannot be bound"
                                .formatted(
                                        parameter.getName(),
                                        parameter.getParameterizedType().getTypeName()));
            }
            names.add(parameter.getName());
            types.add(type);
            positions.add(i);
        }
    }

    private void requireFirstPage(String method) {
        if (page != NO_PAGE) {
            throw new InvalidMappingException(method, "has two PageRequest parameters (expected: one)");
        }
    }

    List<String> names() {
        return names;
    }

    List<String> sqlTypes() {
        return types.stream().map(ValueType::sqlType).toList();
    }

    boolean hasPage() {
        return page != NO_PAGE;
    }

    /** The arguments of the statement, in the order of {@link #names()}. */
    Object[] wires(@Nullable Object[] arguments) {
        Object[] wires = new Object[positions.size()];
        for (int i = 0; i < wires.length; i++) {
            wires[i] = types.get(i).toWire(arguments[positions.get(i)]);
        }
        return wires;
    }

    PageRequest page(@Nullable Object[] arguments) {
        if (arguments[page] instanceof PageRequest request) {
            return request;
        }
        throw new IllegalArgumentException("page: null (expected: a PageRequest)");
    }
}
