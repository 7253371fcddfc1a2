-- The page of a ledger, as quickstart makes it:
--
--     PGCLIENTENCODING=UTF8 psql -XAtq -d DATABASE -v ledger=NAME -f page.sql -o NAME.html

\set note ''
SELECT :'ledger' = 'syria_illustrated' AS illustrated \gset
\if :illustrated
	\set note 'The looks of 5, 10, 16 and 20 December are illustrative: none of them took place.'
\endif
SELECT :"ledger".page(note => nullif(:'note', ''));
