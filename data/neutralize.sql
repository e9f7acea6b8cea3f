-- A copy of a database must not touch a live shop, nor be mistaken for its Odoo.
UPDATE storefront_backend
   SET state = 'draft', pause_code = NULL, pause_params = NULL, connected_database = NULL,
       webhook_ids = NULL, webhook_base_url = NULL,
       -- In the form of the generated ones: the store's address of the original leads nowhere here.
       webhook_token = replace(gen_random_uuid()::text, '-', '');
DELETE FROM storefront_authorization;
DELETE FROM storefront_token;
DELETE FROM storefront_secret;
UPDATE queue_job SET state = 'cancelled'
 WHERE model_name = 'storefront.backend'
   AND state IN ('pending', 'enqueued', 'started', 'wait_dependencies');
