-- Tables like those that a meeting writes, for the bare rows beside it.
create table bare_roll (like ballot_roll including all);
create table bare_box (like ballot_box including all);
create table bare_ballot (like ballot including all);
create table bare_tally (like ballot_tally including all);
create table bare_audit (like audit_log including all);
create table bare_history (like history including all);
create table bare_outbox (like outbox including all);
create table bare_declaration (like declaration including all);
insert into bare_declaration select * from declaration;
