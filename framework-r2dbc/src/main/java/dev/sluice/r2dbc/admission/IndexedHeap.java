package dev.sluice.r2dbc.admission;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap whose elements know their place, so that any of them can be moved or taken out in {@code log₂(size)}
 * comparisons. An element is in one heap at a time. Not thread-safe.
 */
final class IndexedHeap<E extends IndexedHeap.Element> {

    /** What a heap holds. */
    abstract static class Element {

        private static final int NOWHERE = -1;

        private int place = NOWHERE;

        final boolean isInHeap() {
            return place != NOWHERE;
        }
    }

    private final Comparator<? super E> order;
    private final List<E> elements = new ArrayList<>(1);

    IndexedHeap(Comparator<? super E> order) {
        this.order = order;
    }

    boolean isEmpty() {
        return elements.isEmpty();
    }

    int size() {
        return elements.size();
    }

    /** The first in order; null if there is none. */
    @Nullable
    E peek() {
        return elements.isEmpty() ? null : elements.get(0);
    }

    void add(E element) {
        elements.add(element);
        put(element, elements.size() - 1);
        up(element);
    }

    /** Finds the place of an element whose rank has changed. */
    void update(E element) {
        if (!up(element)) {
            down(element);
        }
    }

    void remove(E element) {
        int place = place(element);
        element(element).place = Element.NOWHERE;
        E last = elements.remove(elements.size() - 1);
        if (last != element) {
            put(last, place);
            update(last);
        }
    }

    private boolean up(E element) {
        int place = place(element);
        int start = place;
        while (place > 0) {
            int above = (place - 1) / 2;
            E parent = elements.get(above);
            if (order.compare(element, parent) >= 0) {
                break;
            }
            put(parent, place);
            place = above;
        }
        put(element, place);
        return place != start;
    }

    private void down(E element) {
        int place = place(element);
        for (int below = 2 * place + 1; below < elements.size(); below = 2 * place + 1) {
            int right = below + 1;
            if (right < elements.size() && order.compare(elements.get(right), elements.get(below)) < 0) {
                below = right;
            }
            E child = elements.get(below);
            if (order.compare(element, child) <= 0) {
                break;
            }
            put(child, place);
            place = below;
        }
        put(element, place);
    }

    private void put(E element, int place) {
        elements.set(place, element);
        element(element).place = place;
    }

    private int place(E element) {
        return element(element).place;
    }

    // The private field is not visible through the type variable.
    private static Element element(Element element) {
        return element;
    }
}
