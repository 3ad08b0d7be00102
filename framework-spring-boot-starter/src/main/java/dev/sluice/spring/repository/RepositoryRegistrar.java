package dev.sluice.spring.repository;

import dev.sluice.repository.TenantRepository;
import java.beans.Introspector;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

/** Registers a bean for each repository interface, unless the application has one of that type. */
final class RepositoryRegistrar implements ImportBeanDefinitionRegistrar {

    private final BeanFactory beans;
    private final Environment environment;
    private final ResourceLoader resources;

    RepositoryRegistrar(BeanFactory beans, Environment environment, ResourceLoader resources) {
        this.beans = beans;
        this.environment = environment;
        this.resources = resources;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        if (!AutoConfigurationPackages.has(beans)) {
            return;
        }
        Scanner scanner = new Scanner(environment, resources);
        for (String place : AutoConfigurationPackages.get(beans)) {
            scanner.findCandidateComponents(place).forEach(found -> register(found, registry));
        }
    }

    private void register(BeanDefinition found, BeanDefinitionRegistry registry) {
        Class<?> type =
                ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), resources.getClassLoader());
        boolean own = ((ListableBeanFactory) beans).getBeanNamesForType(type, true, false).length > 0;
        if (!own) {
            String name = Introspector.decapitalize(type.getSimpleName());
            registry.registerBeanDefinition(
                    registry.containsBeanDefinition(name) ? type.getName() : name, definition(type));
        }
    }

    private static BeanDefinition definition(Class<?> type) {
        RootBeanDefinition definition = new RootBeanDefinition(RepositoryFactoryBean.class);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
        definition.setAutowireMode(RootBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        // Tells the type of the bean without making it.
        definition.setAttribute(org.springframework.beans.factory.FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
        return definition;
    }

    private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

        private Scanner(Environment environment, ResourceLoader resources) {
            super(false, environment);
            setResourceLoader(resources);
            addIncludeFilter(new AssignableTypeFilter(TenantRepository.class));
        }

        @Override
        protected boolean isCandidateComponent(AnnotatedBeanDefinition candidate) {
            return candidate.getMetadata().isInterface()
                    && candidate.getMetadata().isIndependent();
        }
    }
}
