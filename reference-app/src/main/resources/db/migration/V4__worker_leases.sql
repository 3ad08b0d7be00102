-- What dev.sluice.r2dbc.work.LeaseTable writes, for the two roles of this service.
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

do $$
declare
  lent text;
begin
  revoke all on sluice_leases from public, "${app_role}";
  foreach lent in array array[
    'sluice_take_lease(text, text, bigint)',
    'sluice_renew_lease(text, bigint, bigint)',
    'sluice_end_lease(text, bigint)',
    'sluice_fence(text, text)'] loop
    execute format('revoke all on function %s from public', lent);
    execute format('grant execute on function %s to %I', lent, '${app_role}');
    if '${across_role}' <> '' then
      execute format('grant execute on function %s to %I', lent, nullif('${across_role}', ''));
    end if;
  end loop;
  if '${across_role}' <> '' then
    execute format('revoke all on sluice_leases from %I', nullif('${across_role}', ''));
  end if;
end
$$;
