/**
 * Which rows a caller may see, as conditions for SQL. A caller is limited to sites, to suppliers, to both or to
 * neither; null stands for a caller without limits, whose statements are those of a table without conditions.
 * What the limits mean is said in docs/guides/row-scope.md; every list, loader and count takes it from here.
 */
import type { Caller } from '../../platform/request';

/** Named lists that the conditions bind; never written into the text of a statement. */
export interface ScopeParameters {
  readonly scopeSites: readonly string[];
  readonly scopeSuppliers: readonly string[];
}

/** The limits of a caller; null when there are none. A code that nobody has matches nothing: it never means all. */
export function rowScopeOf({ sites, suppliers }: Pick<Caller, 'sites' | 'suppliers'>): RowScope | null {
  return sites.length === 0 && suppliers.length === 0 ? null : new RowScope(sites, suppliers);
}

export class RowScope {
  readonly parameters: ScopeParameters;
  readonly #bySite: boolean;
  readonly #bySupplier: boolean;

  constructor(sites: readonly string[], suppliers: readonly string[]) {
    this.parameters = { scopeSites: [...new Set(sites)], scopeSuppliers: [...new Set(suppliers)] };
    this.#bySite = sites.length > 0;
    this.#bySupplier = suppliers.length > 0;
  }

  /** True where the caller sees the rows of some sites only. */
  get limitsSites(): boolean {
    return this.#bySite;
  }

  /** True where the caller sees the rows of some suppliers only. */
  get limitsSuppliers(): boolean {
    return this.#bySupplier;
  }

  hasSite(code: string): boolean {
    return !this.#bySite || this.parameters.scopeSites.includes(code);
  }

  /** Condition on a row of `site`. */
  site(alias: string): string {
    return this.#bySite ? `${alias}.code IN (:...scopeSites)` : EVERYTHING;
  }

  /** Condition on a row of `location`. */
  location(alias: string): string {
    return this.#bySite ? `${alias}.site_pk IN (${SITES})` : EVERYTHING;
  }

  /** Condition on a row of `party`: customers are master data, suppliers and manufacturers are not. */
  party(alias: string): string {
    return this.#bySupplier
      ? `(${alias}.code IN (:...scopeSuppliers) OR ${alias}.role = 'CUSTOMER')`
      : EVERYTHING;
  }

  /** Condition on a column that holds the key of a location; a row without a location does not fulfil it. */
  atLocation(column: string): string {
    return this.#bySite ? `${column} IN (${LOCATIONS})` : EVERYTHING;
  }

  /** The same for a row that need not be anywhere. */
  atLocationOrNowhere(column: string): string {
    return this.#bySite ? `(${column} IS NULL OR ${this.atLocation(column)})` : EVERYTHING;
  }

  /** Condition on a row of `lot`. */
  lot(alias: string): string {
    return all(
      this.#bySupplier && `${alias}.supplier_pk IN (${SUPPLIERS})`,
      this.#bySite && hasHistoryInScope(alias),
    );
  }

  /** Condition on a column that holds the key of a lot; a row without a lot does not fulfil it. */
  ofLot(column: string): string {
    return `EXISTS (SELECT 1 FROM lot sc_lot WHERE sc_lot.pk = ${column} AND ${this.lot('sc_lot')})`;
  }

  /** Condition on a row of `movement` of any lot. */
  movement(alias: string): string {
    return all(this.atLocation(`${alias}.location_pk`), this.ofLot(`${alias}.lot_pk`));
  }

  /** Condition on a row of `serial` of any lot. */
  serial(alias: string): string {
    const ofLot = this.ofLot(`${alias}.lot_pk`);
    if (!this.#bySite) return ofLot;
    const place = `${alias}.location_pk`;
    if (this.#bySupplier) return all(this.atLocationOrNowhere(place), ofLot);
    return `(${this.atLocation(place)} OR (${place} IS NULL AND ${ofLot}))`;
  }

  /** Condition on a row of `document`: by its site, else by its lines. */
  document(alias: string): string {
    const byLines = `EXISTS (SELECT 1 FROM document_line sc_line WHERE sc_line.document_ref = ${alias}.ref
      AND ${this.#placedLine('sc_line')})`;
    if (!this.#bySite) return byLines;
    const atSite = `${alias}.site_pk IN (${SITES})`;
    return this.#bySupplier
      ? `((${alias}.site_pk IS NULL OR ${atSite}) AND ${byLines})`
      : `(${atSite} OR (${alias}.site_pk IS NULL AND ${byLines}))`;
  }

  /** The same, given that a line of it that is in place and of a lot in scope leads there. */
  documentOfLine(alias: string): string {
    return this.#bySite ? `(${alias}.site_pk IS NULL OR ${alias}.site_pk IN (${SITES}))` : EVERYTHING;
  }

  /** Condition on a row of `document_line`, given that its document is in scope. */
  line(alias: string): string {
    const ofLot = this.ofLot(`${alias}.lot_pk`);
    return all(
      this.atLocationOrNowhere(`${alias}.location_pk`),
      this.#bySupplier ? ofLot : `(${alias}.lot_pk IS NULL OR ${ofLot})`,
    );
  }

  /** Condition on a row of `inspection`: by its lot, else by the lots of its sterilisation load. */
  inspection(alias: string): string {
    return `(${this.ofLot(`${alias}.lot_pk`)} OR (${alias}.lot_pk IS NULL AND EXISTS (
      SELECT 1 FROM lot sc_load WHERE sc_load.sterilization_load = ${alias}.sterilization_load
      AND ${this.lot('sc_load')})))`;
  }

  /** Condition on a row of `inspection_result`. */
  inspectionResult(alias: string): string {
    return `EXISTS (SELECT 1 FROM inspection sc_insp WHERE sc_insp.ref = ${alias}.inspection_ref
      AND ${this.inspection('sc_insp')})`;
  }

  /** Condition on a row of `recall_case`: one that names no lot in scope says nothing to this caller. */
  recallCase(alias: string): string {
    return `EXISTS (SELECT 1 FROM recall_scope sc_recall WHERE sc_recall.recall_ref = ${alias}.ref
      AND ${this.ofLot('sc_recall.lot_pk')})`;
  }

  /** Condition on a row of `finding`; see the guide for the rules that tell of other lots or places. */
  finding(alias: string): string {
    const subject = `${alias}.subject_pk`;
    const about = (type: string, table: string, condition: string): string =>
      `(${alias}.subject_type = '${type}' AND EXISTS (SELECT 1 FROM ${table} sc_about WHERE sc_about.pk = ${subject} AND ${condition}))`;
    const kinds = [
      `(${alias}.subject_type = 'item' AND ${this.#findingOfItem(alias)})`,
      `(${alias}.subject_type = 'lot' AND ${alias}.rule <> 'SAME_NUMBER' AND ${this.#findingOfPlace(alias)} AND ${this.ofLot(subject)})`,
      about('location', 'location', this.location('sc_about')),
      about('site', 'site', this.site('sc_about')),
      about('party', 'party', this.party('sc_about')),
    ];
    return `(${kinds.join(' OR ')})`;
  }

  /** A line that brings its document into scope: at a place in scope, or nowhere and of a lot in scope. */
  #placedLine(alias: string): string {
    const ofLot = this.ofLot(`${alias}.lot_pk`);
    if (!this.#bySite) return ofLot;
    const place = `${alias}.location_pk`;
    if (this.#bySupplier) return all(this.atLocationOrNowhere(place), ofLot);
    return `(${this.atLocation(place)} OR (${place} IS NULL AND ${ofLot}))`;
  }

  /** Stock of an item is added up over the lots of all suppliers, at the site that the field names. */
  #findingOfItem(alias: string): string {
    if (this.#bySupplier) return `${alias}.rule <> 'STOCK_DIFFERS'`;
    return `(${alias}.rule <> 'STOCK_DIFFERS' OR ${alias}.field IN (:...scopeSites))`;
  }

  /** Findings about stock are about one place, which their field names. */
  #findingOfPlace(alias: string): string {
    if (!this.#bySite) return EVERYTHING;
    const field = `${alias}.field`;
    return `(${alias}.rule NOT IN (${OF_SITE}, 'NEGATIVE_STOCK')
      OR (${alias}.rule IN (${OF_SITE}) AND ${field} IN (:...scopeSites))
      OR (${alias}.rule = 'NEGATIVE_STOCK' AND EXISTS (
        SELECT 1 FROM movement sc_m JOIN location sc_l ON sc_l.pk = sc_m.location_pk
        WHERE sc_m.lot_pk = ${alias}.subject_pk AND ${this.location('sc_l')}
          AND SUBSTR(${field}, 1, LENGTH(sc_m.system)) = sc_m.system
          AND SUBSTR(${field}, LENGTH(sc_m.system) + 2) = sc_l.code
        GROUP BY sc_m.system, sc_m.location_pk HAVING SUM(sc_m.quantity_micros) < 0)))`;
  }
}

const EVERYTHING = '1 = 1';
/** Findings whose field is the code of a site. */
const OF_SITE = "'STOCK_DIFFERS', 'MOVED_BEFORE_MANUFACTURE', 'MOVED_AFTER_EXPIRY'";
const SITES = 'SELECT sc_s.pk FROM site sc_s WHERE sc_s.code IN (:...scopeSites)';
const LOCATIONS = `SELECT sc_l.pk FROM location sc_l JOIN site sc_s ON sc_s.pk = sc_l.site_pk WHERE sc_s.code IN (:...scopeSites)`;
const SUPPLIERS = 'SELECT sc_p.pk FROM party sc_p WHERE sc_p.code IN (:...scopeSuppliers)';

/**
 * A lot is at a site by a movement, a serial, a line of a document or a transformation there. Written as scalar
 * subqueries with a limit: each is looked up by the lot's own index and the first that finds something ends the
 * search; an EXISTS would let the server read all movements of the sites for a page of lots.
 */
function hasHistoryInScope(alias: string): string {
  const sources = [
    `movement sc_m WHERE sc_m.lot_pk = ${alias}.pk AND sc_m.location_pk IN (${LOCATIONS})`,
    `document_line sc_d JOIN document sc_o ON sc_o.ref = sc_d.document_ref WHERE sc_d.lot_pk = ${alias}.pk
      AND (sc_d.location_pk IS NULL OR sc_d.location_pk IN (${LOCATIONS}))
      AND (sc_o.site_pk IN (${SITES}) OR (sc_o.site_pk IS NULL AND sc_d.location_pk IS NOT NULL))`,
    `transformation_line sc_t WHERE sc_t.lot_pk = ${alias}.pk AND sc_t.site_pk IN (${SITES})`,
    `serial sc_n WHERE sc_n.lot_pk = ${alias}.pk AND sc_n.location_pk IN (${LOCATIONS})`,
  ];
  return `COALESCE(${sources.map((source) => `(SELECT 1 FROM ${source} LIMIT 1)`).join(', ')}, 0) = 1`;
}

function all(...conditions: readonly (string | false)[]): string {
  const given = conditions.filter((one): one is string => one !== false && one !== EVERYTHING);
  return given.length === 0 ? EVERYTHING : `(${given.join(' AND ')})`;
}
