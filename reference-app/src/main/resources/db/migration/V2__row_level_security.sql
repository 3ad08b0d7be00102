-- The second lock on every row: whatever statement the application role sends, it sees and writes the rows of the
-- tenant that the call's setting names, and none without one. The permissive policy opens the table to the role, the
-- restrictive one narrows every policy that somebody may add later.
do $$
declare
  owned text;
begin
  foreach owned in array array['demand_history', 'scenarios', 'forecasts', 'constraints'] loop
    execute format('alter table %I enable row level security', owned);
    execute format('alter table %I force row level security', owned);
    execute format('grant select, insert, update, delete on %I to %I', owned, '${app_role}');
    execute format('create policy tenant_access on %I as permissive to %I using (true) with check (true)',
        owned, '${app_role}');
    execute format('create policy tenant_isolation on %I as restrictive to %I'
        ' using (tenant_id = (select nullif(current_setting(''sluice.tenant'', true), '''')::text))'
        ' with check (tenant_id = (select nullif(current_setting(''sluice.tenant'', true), '''')::text))',
        owned, '${app_role}');
    if '${across_role}' <> '' then
      execute format('grant select, insert, update, delete on %I to %I', owned, nullif('${across_role}', ''));
      execute format('create policy across_tenants on %I as permissive to %I using (true) with check (true)',
          owned, nullif('${across_role}', ''));
    end if;
  end loop;
end
$$;

-- Where a database grants its new tables to the role by default: the history of migrations is none of its business.
revoke all on "${flyway:table}" from "${app_role}";
