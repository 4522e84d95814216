/** Tables of 青禾仓储 as its vendor made them; see ../README.md for what is odd about them. */

const COMMON = '"公司" char(2) NOT NULL, "修改时间" datetime NOT NULL';

export const QINGHE_SCHEMA = `
CREATE TABLE "物料档案" ("物料编码" char(18), "版本号" int, ${COMMON}, "名称" varchar(60), "英文名" varchar(60),
  "分类" varchar(20), "计量单位" char(3), "保质期天数" int, "现行" char(1), "停用" char(1), PRIMARY KEY ("物料编码", "版本号"));
CREATE TABLE "仓库档案" ("公司" char(2), "仓库号" varchar(4), "名称" varchar(60), "类别" char(1), "修改时间" datetime NOT NULL,
  PRIMARY KEY ("公司", "仓库号"));
CREATE TABLE "往来单位" ("编号" varchar(10) PRIMARY KEY, "类别" char(1), "名称" varchar(60), "国别" char(2), "修改时间" datetime NOT NULL);
CREATE TABLE "批次档案" ("ID" int PRIMARY KEY, ${COMMON}, "物料编码" varchar(18), "批号" char(20), "生产日期" char(8),
  "有效期至" varchar(12), "供方" varchar(10), "供方批号" varchar(30), "状态" smallint, "备注" varchar(100), "dr" tinyint DEFAULT 0);
CREATE TABLE "自定义值" ("序号" int PRIMARY KEY, "对象类型" char(2), "对象ID" int, "字段号" int, "值" varchar(60));
CREATE TABLE "采购入库单" ("单据号" varchar(12), ${COMMON}, "日期" char(8), "供方" varchar(10), "状态" smallint, "dr" tinyint DEFAULT 0,
  PRIMARY KEY ("公司", "单据号"));
CREATE TABLE "销售出库单" ("单据号" varchar(12), ${COMMON}, "日期" char(8), "客户" varchar(10), "状态" smallint, "dr" tinyint DEFAULT 0,
  PRIMARY KEY ("公司", "单据号"));
CREATE TABLE "销售出库单明细" ("公司" char(2), "单据号" varchar(12), "行号" int, "物料编码" char(18), "批号" char(20), "数量" varchar(20),
  "修改时间" datetime NOT NULL, PRIMARY KEY ("公司", "单据号", "行号"));
CREATE TABLE "库存流水" ("流水号" bigint PRIMARY KEY, ${COMMON}, "单据类型" varchar(20), "单据号" varchar(12), "行号" int,
  "物料编码" char(18), "批号" char(20), "仓库号" varchar(4), "方向" varchar(4), "数量" varchar(20), "单位" varchar(3), "日期" char(8),
  "时间" int, "状态" smallint, "冲销流水号" bigint);
CREATE TABLE "单据关系" ("序号" int PRIMARY KEY, "源类型" char(2), "源单号" varchar(12), "目标类型" char(2), "目标单号" varchar(12),
  "修改时间" datetime NOT NULL);
CREATE TABLE "现存量" ("公司" char(2), "仓库号" varchar(4), "物料编码" char(18), "批号" char(20), "现存数量" decimal(18,6),
  PRIMARY KEY ("公司", "仓库号", "物料编码", "批号"));
CREATE TABLE "检验单" ("检验单号" varchar(12) PRIMARY KEY, ${COMMON}, "物料编码" varchar(18), "批号" char(20), "日期" char(8),
  "结论" char(1), "检验员" varchar(20), "状态" smallint);
CREATE TABLE "检验项目" ("检验单号" varchar(12), "项目" varchar(20), "检测值" varchar(30), "下限" varchar(20), "上限" varchar(20),
  "单位" varchar(10), PRIMARY KEY ("检验单号", "项目"));
`;

/** Columns of the first release: what they hold is GBK, what the server thinks they hold is latin1. */
export const GBK_COLUMNS: readonly (readonly [table: string, column: string, length: number])[] = [
  ['物料档案', '名称', 60],
  ['往来单位', '名称', 60],
  ['批次档案', '备注', 100],
  ['自定义值', '值', 60],
  ['库存流水', '单据类型', 20],
  ['库存流水', '方向', 4],
  ['检验单', '检验员', 20],
];
