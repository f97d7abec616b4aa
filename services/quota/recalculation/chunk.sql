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
        and (select true from unit_card where unit_card.unit_id = ledger.unit_id)
),
unit as materialized (
    select unit_id from unit_card
    where unit_id > :after and unit_id <= :upto and in_use and nature = any(:natures)
    union
    select unit_id from counted
),
claim as materialized (
    select reservation.unit_id, person_id, wanted.step, state = 'HELD' as is_held,
        coalesce(known.best <= wanted.step, false) as settled,
        case when known.post > wanted.step then known.post end as frees
    from reservation
    join ladder as wanted using (pool, level)
    left join lateral (
        select min(step) as best, max(step) filter (where in_post) as post
        from counted_person
        join ladder on ladder.level = counted_person.level and ladder.pool = reservation.pool
        where counted_person.person_id = reservation.person_id and counted_by = (
            select coalesce(form_id, targeted_plan_id) from ledger
            where (ledger.unit_id, ledger.pool) = (reservation.unit_id, reservation.pool) and ledger.year = :year
        )
    ) as known on true
    where year = :year and reservation.unit_id > :after and reservation.unit_id <= :upto
        and state in ('HELD', 'CONFIRMED')
),
-- A line for each thing that is known of a level. They are grouped and not joined: where the planner takes a chunk for a
-- handful of units, as it does before it has statistics, a join would look for each among all.
line (
    unit_id, step, is_place, approved, employed, qualified_not_employed, declarable, decided, exits, held, used, freed
) as (
    select unit_id, step, true, cast(null as int), cast(null as int), cast(null as int), cast(null as int),
        cast(null as int), 0, 0, 0, 0
    from unit cross join ladder where pool = :general
    union all
    select unit_id, step, true, null, null, null, null, null, 0, 0, 0, 0
    from counted join ladder using (pool) where pool <> :general
    union all
    select unit_id, step, false, approved, employed, qualified_not_employed, declarable, (
            select decision.declarable from post_decision_level as decision
            where (decision.decision_id, decision.level) = (counted.decision_id, form.level)
        ), 0, 0, 0, 0
    from counted
    join annual_form_column as form using (form_id)
    join ladder using (pool, level)
    union all
    select unit_id, step, false, approved, employed, qualified_not_employed, declarable, null, 0, 0, 0, 0
    from counted
    join targeted_plan_level as plan on plan.plan_id = counted.targeted_plan_id
    join ladder using (pool, level)
    union all
    select unit_id, step, false, null, null, null, null, null, 1, 0, 0, 0
    from counted
    join form_exit using (form_id)
    join ladder using (pool, level)
    where not exists (select from staffing_movement as reversal where reversal.reverses_id = form_exit.movement_id)
        and not exists (
            select from staffing_movement as departure
            join staffing_movement as later on later.member_id = departure.member_id and later.id > departure.id
            where departure.id = form_exit.movement_id and later.cause = any(:anew) and later.reverses_id is null
                and not exists (select from staffing_movement as reversal where reversal.reverses_id = later.id)
        )
    union all
    select unit_id, step, false, null, null, null, null, null, 0,
        case when is_held then 1 else 0 end, case when is_held then 0 else 1 end, 0
    from claim where not settled
    union all
    select unit_id, frees, false, null, null, null, null, null, 0, 0, 0, 1
    from (select distinct unit_id, frees, person_id from claim where frees is not null) as leaving
),
level_known as (
    select unit_id, step, max(approved) as approved, max(employed) as employed,
        max(qualified_not_employed) as qualified_not_employed, max(declarable) as declarable, max(decided) as decided,
        cast(sum(exits) as int) as exits, cast(sum(held) as int) as held, cast(sum(used) as int) as used,
        cast(sum(freed) as int) as freed
    from line
    group by unit_id, step
    having bool_or(is_place)
),
supply as (
    select unit_id, step, pool, level, limited, approved is not null as known, decided is not null as decided,
        coalesce(approved, 0) as approved, coalesce(employed, 0) as employed,
        coalesce(qualified_not_employed, 0) as qualified_not_employed,
        coalesce(decided, declarable, 0) as declarable, held, used,
        case when decided is null then least(freed, coalesce(employed, 0)) else 0 end as deemed,
        case when decided is null and approved is not null
            then coalesce(exits / exits_per_place, 0) else 0 end as exit_places,
        lends and approved is not null and decided is null as lends
    from level_known join ladder using (step)
),
reckoned as (
    select *, declarable + deemed as own, held + used as demand,
        greatest(exit_places - greatest(declarable, 0), 0) as opened
    from supply
),
wanting as (
    select *, case when limited and demand > opened then greatest(demand - opened - own, 0) else 0 end as wanted
    from reckoned
),
measured as (
    select *,
        case when known and not decided and lag(lends) over unit_in_order
            then greatest(lag(own - demand) over unit_in_order, 0) else 0 end as above,
        case when lends and lead(known and not decided) over unit_in_order
            then least(lead(wanted) over unit_in_order, greatest(own - demand, 0)) else 0 end as lent
    from wanting
    window unit_in_order as (partition by unit_id order by step)
),
placed as (
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
    from measured
    cross join lateral (
        select least(wanted, above) as borrowed,
            case when limited then greatest(demand - greatest(own + above, 0) - opened, 0) else 0 end as shortage
    ) as told
),
compared as materialized (
    select unit_id, pool, level, placed.unit_id is null as gone, placed.approved, placed.employed,
        placed.qualified_not_employed, placed.declarable, placed.decided, placed.held, placed.used, placed.deemed,
        placed.exit_places, placed.borrowed, placed.lent, placed.by_exits, placed.shortage, placed.free, known,
        (
            old.approved, old.employed, old.qualified_not_employed, old.declarable, old.decided, old.held, old.used,
            old.deemed, old.exit_places, old.borrowed, old.lent, old.by_exits, old.shortage, old.free
        ) is distinct from (
            placed.approved, placed.employed, placed.qualified_not_employed, placed.declarable, placed.decided,
            placed.held, placed.used, placed.deemed, placed.exit_places, placed.borrowed, placed.lent,
            placed.by_exits, placed.shortage, placed.free
        ) as differs
    from placed
    full join (
        select * from unit_standing_level where year = :year and unit_id > :after and unit_id <= :upto
    ) as old using (unit_id, pool, level)
),
gone_levels as (
    delete from unit_standing_level as old using compared
    where year = :year and gone
        and (compared.unit_id, compared.pool, compared.level) = (old.unit_id, old.pool, old.level)
),
gone_units as (
    delete from unit_standing as old
    where year = :year and unit_id > :after and unit_id <= :upto
        and unit_id not in (select unit_id from unit)
),
kept_levels as (
    insert into unit_standing_level (
        year, unit_id, pool, level, approved, employed, qualified_not_employed, declarable, decided, held, used,
        deemed, exit_places, borrowed, lent, by_exits, shortage, free
    )
    select :year, unit_id, pool, level, approved, employed, qualified_not_employed, declarable, decided, held, used,
        deemed, exit_places, borrowed, lent, by_exits, shortage, free
    from compared
    where differs and not gone
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
    from compared
    where not gone
    group by unit_id
),
judged as (
    select whole.*, region_code,
        case when nature = any(:below_county) and level = 'COUNTY' then 'BELOW_COUNTY' else level end as level,
        case when not (nature is null or nature = any(:institutions))
                or not starts_with(region_code, :province_code) then 'NO_ROW'
            when industry = any(:medical) and level = any(:medical_levels) then 'OTHER_RULE'
            else 'ROW' end as open_to
    from whole
    cross join lateral (select * from unit_card where unit_card.unit_id = whole.unit_id offset 0) as card
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
left join lateral (
    select * from unit_standing as old where old.year = :year and old.unit_id = standing.unit_id offset 0
) as old on true
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
