import type { Partner } from './model';
import { at } from './rng';

const CITIES: readonly (readonly [string, string])[] = [
  ['Shanghai', '上海'],
  ['Hangzhou', '杭州'],
  ['Nanjing', '南京'],
  ['Guangzhou', '广州'],
  ['Shenzhen', '深圳'],
  ['Xiamen', '厦门'],
  ['Wuhan', '武汉'],
  ['Changsha', '长沙'],
  ['Beijing', '北京'],
  ['Qingdao', '青岛'],
];
const EUROPE: readonly (readonly [string, string])[] = [
  ['Netherlands', '荷兰'],
  ['Germany', '德国'],
  ['Belgium', '比利时'],
  ['France', '法国'],
];
const KINDS: readonly (readonly [string, string, string])[] = [
  ['First Hospital', '第一医院', 'Hospital'],
  ['Central Hospital', '中心医院', 'Hospital'],
  ['Medical Supplies', '医疗用品有限公司', 'Distributor'],
  ['Clinic Group', '诊所集团', 'Clinic'],
];

/** Sixty customers: two in three in China, every third in Europe. */
export function customersOf(cell: number): Partner[] {
  return Array.from({ length: 60 }, (_, index) => {
    const abroad = index % 3 === 2;
    const [cityEn, cityZh] = abroad
      ? at(EUROPE, Math.floor(index / 3))
      : at(CITIES, index - Math.floor(index / 3));
    const [kindEn, kindZh, group] = at(KINDS, Math.floor(index / 5));
    const number = 1001 + cell * 60 + index;
    return {
      id: `CUST-${number}`,
      nameEn: `${cityEn} ${kindEn} ${number}`,
      nameZh: `${cityZh}${kindZh}${number}号`,
      group,
      country: abroad ? cityEn : 'China',
    };
  });
}

const GOODS: readonly (readonly [string, string])[] = [
  ['Polymers', '高分子材料'],
  ['Pigments', '颜料'],
  ['Components', '零部件'],
  ['Packaging', '包装材料'],
];

/** Twelve suppliers, three for each kind of purchased goods. */
export function suppliersOf(cell: number): Partner[] {
  return Array.from({ length: 12 }, (_, index) => {
    const [goodsEn, goodsZh] = at(GOODS, index % 4);
    const [cityEn, cityZh] = at(CITIES, index * 3);
    const number = 501 + cell * 12 + index;
    return {
      id: `SUPP-${number}`,
      nameEn: `${cityEn} ${goodsEn} ${number}`,
      nameZh: `${cityZh}${goodsZh}厂${number}`,
      group: goodsEn,
      country: 'China',
    };
  });
}
