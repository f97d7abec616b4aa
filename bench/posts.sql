-- A province of many institutions with their posts of a year: nine in ten have an approved form, one in five a targeted plan,
-- one in fifty a decision; every second one recommends somebody. Ids grow with their number, as real ones do with time.
create temporary table place as
select n, n % 45 as county, n % 8 as prefecture,
    cast(lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0') as uuid) as unit_id,
    cast(lpad(to_hex(1700000000000 + n), 12, '0') || '70009000' || lpad(to_hex(n), 12, '0') as uuid) as form_id,
    cast(lpad(to_hex(n % 45), 32, 'c') as uuid) as county_id, cast(lpad(to_hex(n % 8), 32, 'b') as uuid) as prefecture_id,
    cast(lpad('', 32, 'a') as uuid) as root_id
from generate_series(1, {units}) as n;

insert into unit_card (unit_id, name, region_code, level, nature, industry, in_use, lineage, hrss_id)
select unit_id, '单位' || n, (array['630100', '630200', '632200', '632300', '632500', '632600', '632700', '632800'])[1 + prefecture],
    (array['COUNTY', 'COUNTY', 'BELOW_COUNTY', 'PREFECTURE'])[1 + n % 4], 'PUBLIC_INSTITUTION',
    case when n % 10 = 0 then 'HEALTH' end, true, array[root_id, prefecture_id, county_id, unit_id], county_id
from place order by n;

insert into annual_form (id, province, unit_id, year, revision, state, lineage, hrss_id)
select form_id, 'qinghai', unit_id, {year}, 1, 'APPROVED', array[root_id, prefecture_id, county_id, unit_id], county_id
from place where n % 10 <> 9 order by n;

insert into annual_form_column (form_id, level, approved, employed, qualified_not_employed, exits)
select form_id, level, 2 + n % rank, n % 3, n % 2, 0
from place cross join (values ('FULL_SENIOR', 2), ('ASSOCIATE_SENIOR', 5), ('MIDDLE', 17), ('JUNIOR', 13)) as l (level, rank)
where n % 10 <> 9 order by n;

insert into post_decision (id, province, unit_id, year, state, lineage, hrss_id, document_no, decided_on, reason, actor_name)
select form_id, 'qinghai', unit_id, {year}, 'IN_FORCE', array[root_id, prefecture_id, county_id, unit_id], county_id,
    '文号', current_date, '精简', '某人'
from place where n % 50 = 1;

insert into post_decision_level (decision_id, level, declarable) select form_id, 'MIDDLE', 1 from place where n % 50 = 1;

insert into ledger (unit_id, year, pool, form_id, decision_id)
select unit_id, {year}, 'GENERAL', form_id, case when n % 50 = 1 then form_id end
from place where n % 10 <> 9 order by n;

insert into targeted_plan (
    id, province, unit_id, year, revision, state, lineage, hrss_id, row_code, headcount, senior_posts, middle_posts,
    document_no, actor_name
)
select form_id, 'qinghai', unit_id, {year}, 1, 'IN_FORCE', array[root_id, prefecture_id, county_id, unit_id], county_id,
    'COUNTIES_1', 30, 2, 3, '文号', '某人'
from place where n % 5 = 2 order by n;

insert into targeted_plan_level (plan_id, level, approved, employed, qualified_not_employed)
select form_id, level, 1, n % 2, 0
from place cross join (values ('FULL_SENIOR'), ('ASSOCIATE_SENIOR'), ('MIDDLE')) as l (level)
where n % 5 = 2 order by n;

insert into ledger (unit_id, year, pool, targeted_plan_id) select unit_id, {year}, 'TARGETED', form_id
from place where n % 5 = 2 order by n;

insert into form_exit (form_id, movement_id, level, name, post, reason, left_on, document)
select form_id, gen_random_uuid(), 'ASSOCIATE_SENIOR', '某人', '某岗', '退休', current_date, '文'
from place cross join generate_series(1, 2) where n % 20 = 3;

insert into reservation (
    id, province, recommendation_id, unit_id, lineage, year, level, person_id, person_kind, state, known_at, asked_at
)
select form_id, 'qinghai', form_id, unit_id, array[root_id, prefecture_id, county_id, unit_id], {year},
    'ASSOCIATE_SENIOR', unit_id, 'ON_ESTABLISHMENT', 'CONFIRMED', now(), now()
from place where n % 2 = 0 order by n;

insert into counted_person (counted_by, person_id, level, in_post)
select form_id, unit_id, 'MIDDLE', true from place where n % 2 = 0 order by n;

drop table place;
analyze unit_card, annual_form, annual_form_column, ledger, reservation, counted_person, form_exit, post_decision_level, targeted_plan_level;
