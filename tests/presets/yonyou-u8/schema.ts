/**
 * Tables of an account set of U8, in MariaDB in place of SQL Server: the names are U8's, the types those that come
 * nearest. Rows carry a rowversion (ufts) there, which a reader does without.
 */
const TEXT = 'varchar(60)';
const QTY = 'decimal(26,9)';
const FREE = Array.from({ length: 10 }, (_, i) => `"cFree${i + 1}" ${TEXT}`).join(', ');
const DEFINES = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `"cDefine${from + i}" ${TEXT}`).join(', ');

/** Vouchers of stock: a table of heads and a table of lines for each type. */
const VOUCHER_TYPES = ['34', '01', '08', '10', '09', '11', '32'] as const;

const HEAD_PARTY: Readonly<Record<string, string>> = {
  '01': `, "cVenCode" ${TEXT}`,
  '32': `, "cCusCode" ${TEXT}`,
};
const LINE_REFERENCE: Readonly<Record<string, string>> = {
  '01': ', "iPOsID" bigint',
  '10': ', "iMPoIds" bigint',
  '11': ', "iMPoIds" bigint',
  '32': ', "iDLsID" bigint',
};

const head = (
  type: string,
) => `CREATE TABLE "rdrecord${type}" ("ID" bigint PRIMARY KEY, "bRdFlag" tinyint NOT NULL,
  "cVouchType" varchar(2), "cBusType" ${TEXT}, "cSource" ${TEXT}, "cWhCode" varchar(10), "dDate" datetime, "cCode" ${TEXT},
  "cRdCode" ${TEXT}, "cMaker" ${TEXT}, "cHandler" ${TEXT}, "dnmaketime" datetime, "dnmodifytime" datetime,
  "dnverifytime" datetime, "bpufirst" bit(1), "biafirst" bit(1), "bOMFirst" bit(1), "bIsSTQc" bit(1) NOT NULL DEFAULT 0,
  ${DEFINES(1, 16)}${HEAD_PARTY[type] ?? ''}) CHARACTER SET utf8mb4`;
const lines = (
  type: string,
) => `CREATE TABLE "rdrecords${type}" ("AutoID" bigint PRIMARY KEY, "ID" bigint NOT NULL,
  "cInvCode" ${TEXT}, "iNum" ${QTY}, "iQuantity" ${QTY}, "cBatch" ${TEXT}, "dMadeDate" datetime, "dVDate" datetime,
  "cExpirationdate" ${TEXT}, ${FREE}, ${DEFINES(22, 37)}${LINE_REFERENCE[type] ?? ''}) CHARACTER SET utf8mb4`;

export const U8_SCHEMA = [
  `CREATE TABLE "Inventory" ("cInvCode" ${TEXT} PRIMARY KEY, "cInvName" ${TEXT}, "cInvStd" ${TEXT}, "cComUnitCode" ${TEXT},
    "bInvBatch" bit(1) NOT NULL, "bInvQuality" bit(1) NOT NULL, "iMassDate" int, "cMassUnit" smallint, "dEDate" datetime)`,
  `CREATE TABLE "ComputationUnit" ("cComunitCode" ${TEXT} PRIMARY KEY, "cComUnitName" ${TEXT}, "iChangRate" ${QTY})`,
  `CREATE TABLE "Warehouse" ("cWhCode" varchar(10) PRIMARY KEY, "cWhName" ${TEXT})`,
  `CREATE TABLE "Vendor" ("cVenCode" ${TEXT} PRIMARY KEY, "cVenName" ${TEXT})`,
  `CREATE TABLE "Customer" ("cCusCode" ${TEXT} PRIMARY KEY, "cCusName" ${TEXT})`,
  `CREATE TABLE "CurrentStock" ("AutoID" bigint PRIMARY KEY, "cWhCode" varchar(10), "cInvCode" ${TEXT}, "cBatch" ${TEXT},
    ${FREE}, "iQuantity" ${QTY}, "iNum" ${QTY}, "dMdate" datetime, "dVDate" datetime, "cExpirationdate" ${TEXT})`,
  `CREATE TABLE "PO_Pomain" ("POID" bigint PRIMARY KEY, "cPOID" ${TEXT}, "cVenCode" ${TEXT}, "dPODate" datetime,
    "cVerifier" ${TEXT}, "cCloser" ${TEXT})`,
  `CREATE TABLE "PO_Podetails" ("ID" bigint PRIMARY KEY, "POID" bigint, "cInvCode" ${TEXT}, "iQuantity" ${QTY})`,
  `CREATE TABLE "mom_orderdetail" ("MoDId" bigint PRIMARY KEY, "MoId" bigint, "InvCode" ${TEXT}, "Qty" ${QTY})`,
  `CREATE TABLE "mom_moallocate" ("AllocateId" bigint PRIMARY KEY, "MoDId" bigint, "InvCode" ${TEXT}, "Qty" ${QTY})`,
]
  .map((table) => (table.endsWith('utf8mb4') ? table : `${table} CHARACTER SET utf8mb4`))
  .concat(VOUCHER_TYPES.flatMap((type) => [head(type), lines(type)]))
  .join(';\n');
