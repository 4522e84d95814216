/** Tables of OpenBoxes as MySQL has them, with the columns that a reader of lots meets. */
const ID = 'id char(38) PRIMARY KEY, version bigint DEFAULT 0';
const REF = 'char(38)';
const UPDATED = 'date_created datetime, last_updated datetime';

const TABLES: Readonly<Record<string, string>> = {
  product: `${ID}, product_code varchar(255), name varchar(255), unit_of_measure varchar(255), active bit(1),
    lot_and_expiry_control bit(1), ${UPDATED}`,
  location_type: `${ID}, name varchar(255), location_type_code varchar(255)`,
  location: `${ID}, name varchar(255), location_number varchar(255), location_type_id ${REF}, parent_location_id ${REF},
    inventory_id ${REF}, active bit(1), ${UPDATED}`,
  inventory_item: `${ID}, product_id ${REF}, lot_number varchar(255), expiration_date datetime, lot_status varchar(255),
    comments varchar(255), ${UPDATED}, UNIQUE (product_id, lot_number)`,
  transaction_type: `${ID}, name varchar(255), transaction_code varchar(255)`,
  transaction: `${ID}, transaction_number varchar(255), transaction_date datetime, transaction_type_id ${REF},
    inventory_id ${REF}, source_id ${REF}, destination_id ${REF}, incoming_shipment_id ${REF},
    outgoing_shipment_id ${REF}, requisition_id ${REF}, order_id ${REF}, receipt_id ${REF}, confirmed bit(1), ${UPDATED}`,
  transaction_entry: `${ID}, transaction_id ${REF}, inventory_item_id ${REF}, product_id ${REF}, bin_location_id ${REF},
    quantity int unsigned, reason_code varchar(255)`,
  shipment: `${ID}, shipment_number varchar(255), origin_id ${REF}, destination_id ${REF}, current_status varchar(255),
    requisition_id ${REF}, ${UPDATED}`,
  shipment_item: `${ID}, shipment_id ${REF}, inventory_item_id ${REF}, product_id ${REF}, lot_number varchar(255),
    expiration_date datetime, quantity int, recipient_id ${REF}, bin_location_id ${REF}, ${UPDATED}`,
  receipt: `${ID}, receipt_number varchar(255), receipt_status_code varchar(255), shipment_id ${REF},
    actual_delivery_date datetime, ${UPDATED}`,
  receipt_item: `${ID}, receipt_id ${REF}, shipment_item_id ${REF}, inventory_item_id ${REF}, product_id ${REF},
    lot_number varchar(255), quantity_shipped int, quantity_received int, quantity_canceled int, ${UPDATED}`,
  order: `${ID}, order_number varchar(255), order_type_id ${REF}, status varchar(255), origin_id ${REF},
    destination_id ${REF}, date_ordered varchar(255), ${UPDATED}`,
  product_availability: `${ID}, product_id ${REF}, inventory_item_id ${REF}, location_id ${REF}, bin_location_id ${REF},
    quantity_on_hand int, quantity_allocated int, quantity_on_hold int, quantity_available_to_promise int`,
};

export const OPENBOXES_SCHEMA = Object.entries(TABLES)
  .map(([table, columns]) => `CREATE TABLE "${table}" (${columns}) CHARACTER SET utf8`)
  .join(';\n');
