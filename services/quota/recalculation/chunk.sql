-- The standings of all units behind :after up to and with :upto, in one statement.
--
-- `ladder` is the levels of each pool in the order of the official table, with what the policy allows; `annex` is Annex
-- 1, a line per region and level. The arithmetic is that of `allocation/rules.py`; a property test holds the two
-- together. A step of the ladder is a number, for numbers are joined and sorted faster than words; what has not changed
-- since the last recalculation is not written again.
with ladder as materialized (
    select * from unnest(
        cast(:steps as int[]), cast(:pools as text[]), cast(:levels as text[]),
        cast(:limits as bool[]), cast(:lenders as bool[]), cast(:per_place as int[])
    ) as each (step, pool, level, limited, lends, exits_per_place)
),
annex as materialized (
    select * from unnest(
        cast(:codes as text[]), cast(:regions as text[]), cast(:row_levels as text[]),
        cast(:unified_seniors as int[]), cast(:unified_middles as int[]), cast(:unified_juniors as int[]),
        cast(:targeted_seniors as int[]), cast(:targeted_middles as int[]),
        cast(:overall_seniors as int[]), cast(:overall_middles as int[])
    ) as each (
        code, region_code, level, unified_senior, unified_middle, unified_junior,
        targeted_senior, targeted_middle, overall_senior, overall_middle
    )
),
counted as materialized (
    select unit_id, pool, form_id, decision_id, targeted_plan_id
    from ledger
    where year = :year and unit_id > :after and unit_id <= :upto
),
unit as materialized (
    select unit_id, region_code, nature, industry,
        case when nature = any(:below_county) and level = 'COUNTY' then 'BELOW_COUNTY' else level end as level
    from unit_card
    where unit_id > :after and unit_id <= :upto
        and (in_use and nature = any(:natures) or unit_id in (select unit_id from counted))
),
proven as (
    select form_id, form_exit.level, cast(count(*) as int) as exits
    from form_exit
    join counted using (form_id)
    where not exists (select from staffing_movement as reversal where reversal.reverses_id = form_exit.movement_id)
        and not exists (
            select from staffing_movement as departure
            join staffing_movement as later on later.member_id = departure.member_id and later.id > departure.id
            where departure.id = form_exit.movement_id and later.cause = any(:anew) and later.reverses_id is null
                and not exists (select from staffing_movement as reversal where reversal.reverses_id = later.id)
        )
    group by form_id, form_exit.level
),
figure as (
    select unit_id, step, approved, employed, qualified_not_employed, form.declarable,
        decision.declarable as decided, coalesce(proven.exits / exits_per_place, 0) as exit_places
    from counted
    join annual_form_column as form using (form_id)
    join ladder using (pool, level)
    left join post_decision_level as decision using (decision_id, level)
    left join proven using (form_id, level)
    union all
    select unit_id, step, approved, employed, qualified_not_employed, declarable, null, 0
    from counted
    join targeted_plan_level as plan on plan.plan_id = counted.targeted_plan_id
    join ladder using (pool, level)
),
claim as materialized (
    select reservation.unit_id, person_id, wanted.step, state = 'HELD' as is_held,
        coalesce(known.best <= wanted.step, false) as settled,
        case when known.post > wanted.step then known.post end as frees
    from reservation
    left join counted using (unit_id, pool)
    left join ladder as wanted using (pool, level)
    left join lateral (
        select min(step) as best, max(step) filter (where in_post) as post
        from counted_person
        join ladder on ladder.level = counted_person.level and ladder.pool = reservation.pool
        where counted_by = coalesce(counted.form_id, counted.targeted_plan_id)
            and counted_person.person_id = reservation.person_id
    ) as known on true
    where year = :year and reservation.unit_id > :after and reservation.unit_id <= :upto
        and state in ('HELD', 'CONFIRMED')
),
taken as (
    select unit_id, step, cast(count(*) filter (where is_held) as int) as held,
        cast(count(*) filter (where not is_held) as int) as used
    from claim
    where step is not null and not settled
    group by unit_id, step
),
freed as (
    select unit_id, frees as step, cast(count(distinct person_id) as int) as freed
    from claim
    where frees is not null
    group by unit_id, frees
),
space as (
    select unit_id, ladder.* from unit cross join ladder where pool = :general
    union all
    select unit_id, ladder.* from unit join counted using (unit_id) join ladder using (pool) where pool <> :general
),
supply as (
    select unit_id, step, pool, level, limited, approved is not null as known, decided is not null as decided,
        coalesce(approved, 0) as approved, coalesce(employed, 0) as employed,
        coalesce(qualified_not_employed, 0) as qualified_not_employed,
        coalesce(decided, declarable, 0) as declarable, coalesce(held, 0) as held, coalesce(used, 0) as used,
        case when decided is null then least(coalesce(freed, 0), coalesce(employed, 0)) else 0 end as deemed,
        case when decided is null then coalesce(exit_places, 0) else 0 end as exit_places,
        lends and approved is not null and decided is null as lends
    from space
    left join figure using (unit_id, step)
    left join taken using (unit_id, step)
    left join freed using (unit_id, step)
),
reckoned as (
    select *, declarable + deemed as own, held + used as demand,
        greatest(exit_places - greatest(declarable, 0), 0) as opened,
        case when lends and lead(known and not decided) over unit_in_order
            then greatest(declarable + deemed - held - used, 0) end as offered
    from supply
    window unit_in_order as (partition by unit_id order by step)
),
stepped as (
    select *, coalesce(lag(offered) over unit_in_order, 0) as above
    from reckoned
    window unit_in_order as (partition by unit_id order by step)
),
measured as (
    select *,
        case when limited and demand > opened then least(greatest(demand - opened - own, 0), above) else 0 end as borrowed,
        case when limited then greatest(demand - greatest(own + above, 0) - opened, 0) else 0 end as shortage
    from stepped
),
lending as (
    select *, case when offered is null then 0 else lead(borrowed) over unit_in_order end as lent
    from measured
    window unit_in_order as (partition by unit_id order by step)
),
placed as materialized (
    select unit_id, pool, level, approved, employed, qualified_not_employed, declarable, decided, held, used,
        deemed, exit_places, borrowed, lent,
        case when limited
            then least(greatest(demand - shortage - greatest(own + borrowed, 0), 0), opened) else 0 end as by_exits,
        shortage,
        case when limited then greatest(
            least(
                greatest(own + above, 0) + opened - demand,
                case when lent > 0 then own - demand - lent end
            ), 0) end as free,
        known
    from lending
),
gone_levels as (
    delete from unit_standing_level as old
    where year = :year and unit_id > :after and unit_id <= :upto
        and not exists (
            select from placed
            where (placed.unit_id, placed.pool, placed.level) = (old.unit_id, old.pool, old.level)
        )
),
gone_units as (
    delete from unit_standing as old
    where year = :year and unit_id > :after and unit_id <= :upto
        and not exists (select from unit where unit.unit_id = old.unit_id)
),
kept_levels as (
    insert into unit_standing_level (
        year, unit_id, pool, level, approved, employed, qualified_not_employed, declarable, decided, held, used,
        deemed, exit_places, borrowed, lent, by_exits, shortage, free
    )
    select :year, placed.unit_id, placed.pool, placed.level, placed.approved, placed.employed,
        placed.qualified_not_employed, placed.declarable, placed.decided, placed.held, placed.used, placed.deemed,
        placed.exit_places, placed.borrowed, placed.lent, placed.by_exits, placed.shortage, placed.free
    from placed
    left join unit_standing_level as old
        on old.year = :year and old.unit_id > :after and old.unit_id <= :upto
        and (old.unit_id, old.pool, old.level) = (placed.unit_id, placed.pool, placed.level)
    where (
        old.approved, old.employed, old.qualified_not_employed, old.declarable, old.decided, old.held, old.used,
        old.deemed, old.exit_places, old.borrowed, old.lent, old.by_exits, old.shortage, old.free
    ) is distinct from (
        placed.approved, placed.employed, placed.qualified_not_employed, placed.declarable, placed.decided,
        placed.held, placed.used, placed.deemed, placed.exit_places, placed.borrowed, placed.lent, placed.by_exits,
        placed.shortage, placed.free
    )
    on conflict (year, unit_id, pool, level) do update
    set approved = excluded.approved, employed = excluded.employed,
        qualified_not_employed = excluded.qualified_not_employed, declarable = excluded.declarable,
        decided = excluded.decided, held = excluded.held, used = excluded.used, deemed = excluded.deemed,
        exit_places = excluded.exit_places, borrowed = excluded.borrowed, lent = excluded.lent,
        by_exits = excluded.by_exits, shortage = excluded.shortage, free = excluded.free
),
whole as (
    select unit_id, bool_or(shortage > 0) as short,
        bool_or(known) filter (where pool = :general) as has_form,
        cast(sum(approved) filter (where pool = :general and known) as int) as headcount
    from placed
    group by unit_id
),
judged as (
    select unit_id, short, has_form, headcount, region_code, level,
        case when not (nature is null or nature = any(:institutions))
                or not starts_with(region_code, :province_code) then 'NO_ROW'
            when industry = any(:medical) and level = any(:medical_levels) then 'OTHER_RULE'
            else 'ROW' end as open_to
    from unit join whole using (unit_id)
),
standing as (
    select unit_id, has_form, short,
        case when open_to = 'ROW' and code is null then 'NO_ROW' else open_to end as ratio,
        code as row_code, headcount,
        headcount * unified_senior / 100 as unified_senior,
        headcount * unified_middle / 100 as unified_middle,
        headcount * unified_junior / 100 as unified_junior,
        headcount * targeted_senior / 100 as targeted_senior,
        headcount * targeted_middle / 100 as targeted_middle,
        headcount * overall_senior / 100 as overall_senior,
        headcount * overall_middle / 100 as overall_middle
    from judged
    left join annex on open_to = 'ROW' and annex.level = judged.level
        and annex.region_code in (judged.region_code, left(judged.region_code, :digits) || '00')
)
insert into unit_standing (
    year, unit_id, has_form, short, ratio, row_code, headcount, unified_senior, unified_middle, unified_junior,
    targeted_senior, targeted_middle, overall_senior, overall_middle
)
select :year, standing.*
from standing
left join unit_standing as old
    on old.year = :year and old.unit_id > :after and old.unit_id <= :upto and old.unit_id = standing.unit_id
where (
    old.has_form, old.short, old.ratio, old.row_code, old.headcount, old.unified_senior, old.unified_middle,
    old.unified_junior, old.targeted_senior, old.targeted_middle, old.overall_senior, old.overall_middle
) is distinct from (
    standing.has_form, standing.short, standing.ratio, standing.row_code, standing.headcount,
    standing.unified_senior, standing.unified_middle, standing.unified_junior, standing.targeted_senior,
    standing.targeted_middle, standing.overall_senior, standing.overall_middle
)
on conflict (year, unit_id) do update
set has_form = excluded.has_form, short = excluded.short, ratio = excluded.ratio, row_code = excluded.row_code,
    headcount = excluded.headcount, unified_senior = excluded.unified_senior,
    unified_middle = excluded.unified_middle, unified_junior = excluded.unified_junior,
    targeted_senior = excluded.targeted_senior, targeted_middle = excluded.targeted_middle,
    overall_senior = excluded.overall_senior, overall_middle = excluded.overall_middle
