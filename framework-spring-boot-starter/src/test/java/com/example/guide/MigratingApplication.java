package com.example.guide;

import dev.sluice.spring.migration.MigrateCommand;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class MigratingApplication {

    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("migrate")) {
            // Behind System.out: the classes that configure Flyway, where there are any.
            MigrateCommand migrate = new MigrateCommand(System.out);
            System.exit(migrate.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
        }
        SpringApplication.run(MigratingApplication.class, arguments);
    }
}
