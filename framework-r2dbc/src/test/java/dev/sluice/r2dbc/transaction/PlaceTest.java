package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.orders.Orders;
import io.r2dbc.between.Between;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class PlaceTest {

    @Test
    void isTheUsersWhateverLiesBetween() {
        Orders orders = new Orders((options, work) -> Between.call(() -> {
            Place place = Place.ofCaller();
            return Mono.just(place.toString());
        }));

        assertThat(orders.place(Mono::empty).block()).startsWith(Orders.PLACE);
    }

    @Test
    void aPlaceThatIsKnownIsCalledByItsName() {
        assertThat(Place.named("Orders.place")).hasToString("Orders.place");
    }
}
