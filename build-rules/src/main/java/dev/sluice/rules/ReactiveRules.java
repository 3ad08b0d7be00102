package dev.sluice.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rules for main code that runs on event loops. */
public final class ReactiveRules {

    private static final Set<String> PUBLISHERS = Set.of(Mono.class.getName(), Flux.class.getName());
    private static final Set<String> BLOCKING =
            Set.of("block", "blockOptional", "blockFirst", "blockLast", "toIterable", "toStream");

    /** Nothing waits for a publisher by holding its thread. */
    public static final ArchRule NOTHING_BLOCKS = noClasses()
            .should()
            .callMethodWhere(publisherCall(
                    "that blocks", call -> BLOCKING.contains(call.getTarget().getName())))
            .because("an event loop that waits stops every connection that it serves");

    private ReactiveRules() {}

    /**
     * Nothing waits for a publisher by holding its thread, but for those that start or stop an application.
     *
     * @param audited the methods that may, as {@code Type.method}: their thread is nobody's event loop
     * @return the rule
     */
    public static ArchRule nothingBlocksBut(String... audited) {
        Set<String> allowed = Set.of(audited);
        return noClasses()
                .should()
                .callMethodWhere(publisherCall(
                        "that blocks",
                        call -> BLOCKING.contains(call.getTarget().getName())
                                && !allowed.contains(nameOf(call.getOrigin()))))
                .because("an event loop that waits stops every connection that it serves");
    }

    /**
     * Nothing is subscribed to and then forgotten: its error would be dropped.
     *
     * @param audited the methods that may, as {@code Type.method}: nobody waits there and no error can come, and a comment
     *     says why
     * @return the rule
     */
    public static ArchRule nothingIsFiredAndForgottenBut(String... audited) {
        Set<String> allowed = Set.of(audited);
        return noClasses()
                .should()
                .callMethodWhere(publisherCall(
                        "subscribe()",
                        call -> isBareSubscribe(call.getTarget()) && !allowed.contains(nameOf(call.getOrigin()))))
                .because("who subscribes handles the error: compose it, or use subscribe(onNext, onError) and say why");
    }

    private static String nameOf(JavaCodeUnit method) {
        return method.getOwner().getSimpleName() + "." + method.getName();
    }

    private static boolean isBareSubscribe(MethodCallTarget call) {
        return call.getName().equals("subscribe") && call.getRawParameterTypes().isEmpty();
    }

    private static DescribedPredicate<JavaMethodCall> publisherCall(
            String description, Predicate<JavaMethodCall> wanted) {
        return DescribedPredicate.describe(
                "call of a Mono or Flux " + description,
                call -> PUBLISHERS.contains(call.getTarget().getOwner().getName()) && wanted.test(call));
    }
}
