// Brings the Debian packages that the tests use, where it may (root, apt-get); elsewhere it says which command does.
// The tests that need a missing one are reported as skipped with the same words. Plain JavaScript: runs before `npm ci`
// has been trusted with anything.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** What must be there → the packages that bring it. */
const wanted = [
  { file: '/usr/bin/chromium', packages: ['chromium'] },
  { file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', packages: ['fonts-noto-cjk'] },
  // the starter is trained with PyTorch on OpenBLAS; its tokens are compared on a software Vulkan device
  { file: '/usr/lib/python3/dist-packages/torch/__init__.py', packages: ['python3-torch', 'python3-numpy'] },
  { file: '/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3', packages: ['libopenblas0-openmp'] },
  { file: '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json', packages: ['mesa-vulkan-drivers', 'libvulkan1'] },
  // boxes find each other in network namespaces: with avahi on a bus of its own there, and without
  { file: '/usr/sbin/avahi-daemon', packages: ['avahi-daemon'] },
  { file: '/usr/bin/avahi-browse', packages: ['avahi-utils'] },
  { file: '/usr/bin/dbus-daemon', packages: ['dbus'] },
  // a browser that trusts the box's own certificate; the QR codes are read as a phone reads them
  { file: '/usr/bin/certutil', packages: ['libnss3-tools'] },
  { file: '/usr/bin/zbarimg', packages: ['zbar-tools'] },
  // the units run under a real systemd
  { file: '/usr/bin/mmdebstrap', packages: ['mmdebstrap'] },
  { file: '/usr/bin/systemd-nspawn', packages: ['systemd-container'] },
  // a real Prometheus scrapes a box and answers the dashboard's queries
  { file: '/usr/bin/prometheus', packages: ['prometheus'] },
]

/** What `npm run test:image` boots the image and runs the container with. */
const forImage = [
  { file: '/usr/bin/qemu-system-x86_64', packages: ['qemu-system-x86'] },
  { file: '/usr/bin/qemu-img', packages: ['qemu-utils'] },
  { file: '/usr/share/OVMF/OVMF_CODE_4M.fd', packages: ['ovmf'] },
  { file: '/usr/sbin/dnsmasq', packages: ['dnsmasq-base'] },
  { file: '/usr/bin/swtpm', packages: ['swtpm'] },
  { file: '/usr/bin/podman', packages: ['podman', 'crun'] },
]
if (process.argv.includes('image')) wanted.push(...forImage)

const missing = wanted.filter(({ file }) => !existsSync(file)).flatMap(({ packages }) => packages)
if (missing.length > 0 && process.platform === 'linux') {
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`hob: installing what the tests need: ${missing.join(', ')}\n`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const run = (line) =>
      spawnSync('sh', ['-c', line], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
    if (!(run('apt-get update -qq') && run(command)))
      process.stderr.write(`hob: could not; some tests will be skipped\n`)
  } else {
    process.stderr.write(`hob: some tests will be skipped; for them: sudo ${command}\n`)
  }
}
