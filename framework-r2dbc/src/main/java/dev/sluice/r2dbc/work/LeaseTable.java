package dev.sluice.r2dbc.work;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the SQL of the leases that workers need. It belongs into a migration, run by the role that owns the tables; all of it
 * can be run again.
 *
 * <p>The table belongs to no tenant and is granted to nobody: it is reached through four functions that run as their owner, so
 * that no SQL of the application can move an epoch. The epoch is part of a unique key for the sake of its locks: a fenced write
 * takes FOR KEY SHARE, which a renewal does not disturb and a takeover waits for. After a takeover has committed, no write of an
 * older epoch can commit any more. All times are the server's.
 */
public final class LeaseTable {

    private static final String SCRIPT = """
            create table if not exists sluice_leases (
              name         text        not null primary key,
              epoch        bigint      not null,
              holder       text        not null,
              leased_until timestamptz not null,
              taken_at     timestamptz not null,
              unique (name, epoch)
            );

            -- Takes a lease that is free or over, else tells who has it; taken says which.
            create or replace function sluice_take_lease(
                lease text, by_holder text, millis bigint, out taken boolean, out current_epoch bigint, out current_holder text)
            language plpgsql security definer set search_path from current as $$
            begin
              insert into sluice_leases as l values (lease, 0, '', '-infinity', '-infinity') on conflict do nothing;
              select l.epoch, l.holder, l.leased_until < clock_timestamp()
                into current_epoch, current_holder, taken from sluice_leases l where l.name = lease;
              if taken then
                update sluice_leases l
                set epoch = l.epoch + 1, holder = by_holder, taken_at = clock_timestamp(),
                    leased_until = clock_timestamp() + millis * interval '1 millisecond'
                where l.name = lease and l.epoch = current_epoch and l.leased_until < clock_timestamp();
                taken := found;
                select l.epoch, l.holder into current_epoch, current_holder from sluice_leases l where l.name = lease;
              end if;
            end
            $$;

            -- Prolongs a lease; false if another runner has taken it.
            create or replace function sluice_renew_lease(lease text, held_epoch bigint, millis bigint) returns boolean
            language plpgsql security definer set search_path from current as $$
            begin
              update sluice_leases l set leased_until = clock_timestamp() + millis * interval '1 millisecond'
              where l.name = lease and l.epoch = held_epoch;
              return found;
            end
            $$;

            -- Gives a lease back before it is over.
            create or replace function sluice_end_lease(lease text, held_epoch bigint) returns boolean
            language plpgsql security definer set search_path from current as $$
            begin
              update sluice_leases l set leased_until = '-infinity' where l.name = lease and l.epoch = held_epoch;
              return found;
            end
            $$;

            -- Ends a transaction whose lease another runner has taken, and keeps it from being taken until this one has ended.
            create or replace function sluice_fence(lease text, held_epoch text) returns text
            language plpgsql security definer set search_path from current as $$
            begin
              perform from sluice_leases l where l.name = lease and l.epoch = held_epoch::bigint for key share;
              if not found then
                raise exception 'epoch % of lease % is over', held_epoch, lease using errcode = 'SL001';
              end if;
              return '';
            end
            $$;
            """;

    private static final List<String> FUNCTIONS = List.of(
            "sluice_take_lease(text, text, bigint)",
            "sluice_renew_lease(text, bigint, bigint)",
            "sluice_end_lease(text, bigint)",
            "sluice_fence(text, text)");

    private final List<String> roles;

    private LeaseTable(List<String> roles) {
        this.roles = List.copyOf(roles);
    }

    /**
     * The leases for some roles.
     *
     * @param roles the role that serves tenants and, where there is one, the role for work across tenants
     * @return the writer
     */
    public static LeaseTable of(String... roles) {
        return new LeaseTable(Arrays.stream(roles)
                .map(role -> '"' + role.replace("\"", "\"\"") + '"')
                .toList());
    }

    /** @return the names of the functions, which run as their owner */
    public static List<String> functionNames() {
        return FUNCTIONS.stream()
                .map(function -> function.substring(0, function.indexOf('(')))
                .toList();
    }

    /** @return the statements, each ended by a semicolon */
    public String script() {
        List<String> rights = new ArrayList<>();
        // Also where a database grants its new tables by default.
        rights.add("revoke all on sluice_leases from public, %s;".formatted(String.join(", ", roles)));
        for (String function : FUNCTIONS) {
            rights.add("revoke all on function %s from public;".formatted(function));
            rights.add("grant execute on function %s to %s;".formatted(function, String.join(", ", roles)));
        }
        return SCRIPT + "\n" + String.join("\n", rights) + "\n";
    }
}
