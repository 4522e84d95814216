/** Tables of Odoo 17 as PostgreSQL has them, with the columns that a reader of lots meets. */
const STAMPED = 'id serial PRIMARY KEY, create_date timestamp, write_date timestamp';

const TABLES: Readonly<Record<string, string>> = {
  uom_uom: `${STAMPED}, name jsonb NOT NULL, factor numeric, active boolean DEFAULT true`,
  product_template: `${STAMPED}, name jsonb NOT NULL, uom_id int, tracking varchar, active boolean DEFAULT true,
    company_id int, expiration_time int, use_expiration_date boolean, lot_properties_definition jsonb`,
  product_product: `${STAMPED}, product_tmpl_id int, default_code varchar, barcode varchar, active boolean DEFAULT true`,
  res_partner: `${STAMPED}, name varchar, ref varchar, parent_id int, commercial_partner_id int,
    active boolean DEFAULT true, supplier_rank int DEFAULT 0, customer_rank int DEFAULT 0`,
  stock_warehouse: `${STAMPED}, name varchar, code varchar(5), company_id int, active boolean DEFAULT true`,
  stock_location: `${STAMPED}, name varchar, complete_name varchar, usage varchar, company_id int, warehouse_id int,
    parent_path varchar, scrap_location boolean DEFAULT false, active boolean DEFAULT true`,
  stock_picking_type: `${STAMPED}, name jsonb, code varchar, warehouse_id int`,
  stock_picking: `${STAMPED}, name varchar, state varchar, picking_type_id int, partner_id int, origin varchar,
    return_id int, date_done timestamp, company_id int`,
  mrp_production: `${STAMPED}, name varchar, product_id int, lot_producing_id int, state varchar, bom_id int,
    date_finished timestamp, picking_type_id int, company_id int`,
  stock_lot: `${STAMPED}, name varchar NOT NULL, ref varchar, product_id int NOT NULL, product_uom_id int,
    company_id int NOT NULL, note text, lot_properties jsonb, location_id int, expiration_date timestamp,
    use_date timestamp, removal_date timestamp, alert_date timestamp`,
  stock_move: `${STAMPED}, name varchar, product_id int, state varchar, production_id int,
    raw_material_production_id int, company_id int`,
  stock_move_line: `${STAMPED}, move_id int, picking_id int, product_id int, product_uom_id int, quantity numeric,
    quantity_product_uom numeric, lot_id int, lot_name varchar, location_id int, location_dest_id int, date timestamp,
    state varchar, reference varchar, owner_id int, company_id int`,
  stock_quant: `${STAMPED}, product_id int, location_id int, lot_id int, quantity numeric, reserved_quantity numeric,
    in_date timestamp, package_id int, owner_id int, company_id int`,
};

export const ODOO_SCHEMA = [
  ...Object.entries(TABLES).map(([table, columns]) => `CREATE TABLE ${table} (${columns})`),
  // finished line in consume_line_id, raw line in produce_line_id
  'CREATE TABLE stock_move_line_consume_rel (consume_line_id int NOT NULL, produce_line_id int NOT NULL, PRIMARY KEY (consume_line_id, produce_line_id))',
].join(';\n');
