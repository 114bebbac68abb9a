// Names that people know of graphics that are part of a processor, by PCI id, and of the ones without PCI, by driver.
// From the public PCI ID repository (pci-ids.ucw.cz) and the Linux drivers' tables. A missing one costs only a name.

export const integratedNames: Readonly<Record<string, string>> = {
  '1002:15bf': 'AMD Radeon 780M (Phoenix)',
  '1002:15c8': 'AMD Radeon 740M (Phoenix 2)',
  '1002:1900': 'AMD Radeon 780M (Hawk Point)',
  '1002:1901': 'AMD Radeon 740M (Hawk Point 2)',
  '1002:150e': 'AMD Radeon 890M / 880M (Strix Point)',
  '1002:1114': 'AMD Radeon 860M / 840M (Krackan Point)',
  '1002:1586': 'AMD Radeon 8060S / 8050S (Strix Halo)',
  '1002:1681': 'AMD Radeon 680M (Rembrandt)',
  '1002:164e': 'AMD Radeon 610M (Raphael)',
  '1002:13c0': 'AMD Radeon 610M (Granite Ridge)',
  '1002:1506': 'AMD Radeon 610M (Mendocino)',
  '1002:1638': 'AMD Radeon Vega (Cezanne)',
  '1002:1636': 'AMD Radeon Vega (Renoir)',
  '8086:0a2e': 'Intel Iris 5100 (Haswell)',
  '8086:0a26': 'Intel HD Graphics 5000 (Haswell)',
  '8086:3e9b': 'Intel UHD Graphics 630 (Coffee Lake)',
  '8086:9a49': 'Intel Iris Xe (Tiger Lake)',
  '8086:46a6': 'Intel Iris Xe (Alder Lake)',
  '8086:46d1': 'Intel UHD Graphics (Alder Lake-N)',
  '8086:46d4': 'Intel Graphics (Twin Lake)',
  '8086:a7a0': 'Intel Iris Xe (Raptor Lake)',
  '8086:a7a1': 'Intel Iris Xe (Raptor Lake)',
  '8086:7d55': 'Intel Arc (Meteor Lake)',
  '8086:7d45': 'Intel Graphics (Meteor Lake)',
  '8086:7d51': 'Intel Arc 140T (Arrow Lake)',
  '8086:64a0': 'Intel Arc 140V (Lunar Lake)',
}

export const platformNames: Readonly<Record<string, string>> = {
  v3d: 'Broadcom VideoCore',
  panfrost: 'Arm Mali (panfrost)',
  panthor: 'Arm Mali (panthor)',
  mali: 'Arm Mali (vendor driver)',
  lima: 'Arm Mali 400 (lima)',
  msm: 'Qualcomm Adreno',
  asahi: 'Apple GPU',
}
