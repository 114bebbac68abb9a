// The models: what is here, how to bring another, and why this one answers.
import { useTranslation } from '../app/context.ts'
import { useMay } from '../door/may.ts'
import { AddModel } from './AddModel.tsx'
import { Downloads } from './Downloads.tsx'
import { InstalledModels } from './InstalledModels.tsx'
import { Why } from './Why.tsx'

export function ModelsPlace() {
  const { t } = useTranslation()
  const manages = useMay('models:manage')
  return (
    <div class="page">
      <h1>{t.models.title}</h1>
      <InstalledModels />
      <Downloads />
      {manages && <AddModel />}
      <Why />
    </div>
  )
}
