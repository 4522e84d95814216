/** What stands in the editor at first: a lot of the demo. */
export const SAMPLE_QUERY = `# One lot, stitched from ERP, WMS and LIMS. Run it with Ctrl-Enter.
# 一个批次,数据来自 ERP、WMS 与 LIMS。按 Ctrl-Enter 运行。
query Lot($item: String!, $lotNumber: String!) {
  lot(item: $item, lotNumber: $lotNumber) {
    lotNumber
    expiresOn
    item {
      code
      name
    }
  }
}
`;

export const SAMPLE_VARIABLES = JSON.stringify({ item: 'KIT-1001', lotNumber: 'LT240117-01' }, null, 2);
