-- What all standings of a year make together: below each HRSS department, in each prefecture, level by level.
insert into standing_sum (
    recalculation_id, hrss_id, prefecture_code, pool, level, lineage, units, counted, short_units, approved, employed,
    qualified_not_employed, declarable, deficit, held, used, shortage, free, own_free
)
select :recalculation_id, hrss_id, prefecture_code, pool, level, min(lineage), count(*),
    count(*) filter (where pool <> :general or has_form), count(*) filter (where shortage > 0),
    sum(approved), sum(employed), sum(qualified_not_employed),
    sum(greatest(declarable, 0)), sum(greatest(-declarable, 0)), sum(held), sum(used), sum(shortage), sum(free),
    sum(case when free is not null then greatest(declarable + deemed - held - used - lent, 0) end)
from unit_standing_level as of_level
join unit_standing as whole using (year, unit_id)
join (
    select unit_id, coalesce(hrss_id, lineage[1]) as hrss_id,
        left(region_code, :digits) || '00' as prefecture_code,
        lineage[1:coalesce(array_position(lineage, hrss_id), 1)] as lineage
    from unit_card
) as card using (unit_id)
where year = :year
group by hrss_id, prefecture_code, pool, level
