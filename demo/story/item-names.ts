// Names of the catalogue, English and Chinese, one list per kind of item.
type Name = readonly [string, string];

export const RESINS: readonly Name[] = [
  ['Medical PP resin', '医用聚丙烯树脂'],
  ['Medical PE resin', '医用聚乙烯树脂'],
  ['Polycarbonate resin', '聚碳酸酯树脂'],
  ['ABS resin', 'ABS树脂'],
  ['Medical PVC compound', '医用聚氯乙烯粒料'],
  ['TPE elastomer', '热塑性弹性体'],
  ['PEEK resin', '聚醚醚酮树脂'],
  ['Polyurethane resin', '聚氨酯树脂'],
  ['Silicone compound', '硅胶混炼料'],
  ['PA12 resin', '尼龙12树脂'],
  ['COP resin', '环烯烃聚合物'],
  ['PET-G resin', 'PETG树脂'],
];
export const ADDITIVES: readonly Name[] = [
  ['White masterbatch', '白色母粒'],
  ['Blue masterbatch', '蓝色母粒'],
  ['Antioxidant', '抗氧化剂'],
  ['Slip additive', '爽滑剂'],
  ['Barium sulphate', '硫酸钡'],
  ['Green masterbatch', '绿色母粒'],
];
export const COMPONENTS: readonly Name[] = [
  ['Cannula 21G', '针管21G'],
  ['Cannula 25G', '针管25G'],
  ['Stainless spring', '不锈钢弹簧'],
  ['Hydrophobic filter', '疏水滤膜'],
  ['Rubber stopper', '橡胶活塞'],
  ['Guide wire', '导丝'],
  ['Pressure sensor', '压力传感器'],
];
export const PACKAGING: readonly Name[] = [
  ['Tyvek pouch S', '特卫强袋（小）'],
  ['Tyvek pouch L', '特卫强袋（大）'],
  ['Blister film', '吸塑片'],
  ['Kit carton', '套件纸箱'],
  ['Kit tray', '套件托盘'],
];
export const PARTS: readonly Name[] = [
  ['Barrel', '外套'],
  ['Plunger', '推杆'],
  ['Hub', '针座'],
  ['Luer connector', '鲁尔接头'],
  ['Valve body', '阀体'],
  ['Valve cap', '阀盖'],
  ['Drip chamber', '滴斗'],
  ['Roller clamp', '滚轮夹'],
  ['Housing', '壳体'],
  ['Cover', '护盖'],
  ['Catheter tube', '导管'],
  ['Needle shield', '护针帽'],
];
export const ASSEMBLIES: readonly Name[] = [
  ['Barrel assembly', '外套组件'],
  ['Needle assembly', '针组件'],
  ['Valve assembly', '阀组件'],
  ['Chamber assembly', '滴斗组件'],
  ['Catheter assembly', '导管组件'],
  ['Pump head assembly', '泵头组件'],
  ['Filter assembly', '过滤器组件'],
];
export const DEVICES: readonly Name[] = [
  ['Infusion pump cartridge', '输注泵'],
  ['Safety syringe', '安全注射器'],
  ['Infusion set', '输液器'],
  ['Extension line', '延长管'],
  ['Central venous catheter', '中心静脉导管'],
  ['Three-way stopcock', '三通阀'],
  ['Closed IV catheter', '密闭式留置针'],
  ['Drainage bag', '引流袋'],
];
export const KITS: readonly Name[] = [
  ['Sterile puncture kit', '无菌穿刺包'],
  ['Sterile catheter kit', '无菌导管包'],
  ['Sterile infusion kit', '无菌输液包'],
  ['Sterile drainage kit', '无菌引流包'],
];
