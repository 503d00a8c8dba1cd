// Cutting a BIDS sidecar to an allow-list: numbers about the acquisition, and words out of closed lists. Free text never passes,
// because dcm2niix writes serial numbers, institutions and times into it whatever is asked of it.

type Rule = (value: unknown) => unknown;

const drop = undefined;
const number: Rule = (v) => (typeof v === 'number' && Number.isFinite(v) ? v : drop);
const flag: Rule = (v) => (typeof v === 'boolean' ? v : drop);
const numbers: Rule = (v) => (Array.isArray(v) && v.length > 0 && v.every((n) => number(n) !== drop) ? v : drop);
const numberOrNumbers: Rule = (v) => number(v) ?? numbers(v);
const oneOf =
  (...words: readonly string[]): Rule =>
  (v) =>
    typeof v === 'string' ? words.find((word) => word.toLowerCase() === v.trim().toLowerCase()) : drop;
/** Codes joined by backslashes or underscores: each must be in the list, the others go. */
const codes =
  (...words: readonly string[]): Rule =>
  (v) => {
    if (typeof v !== 'string') return drop;
    const kept = v.split(/[\\_]/).filter((code) => words.includes(code));
    return kept.length > 0 ? kept.join('\\') : drop;
  };
const listOf =
  (...words: readonly string[]): Rule =>
  (v) => {
    if (!Array.isArray(v)) return drop;
    const kept = v.filter((word) => typeof word === 'string' && words.includes(word));
    return kept.length > 0 ? kept : drop;
  };
/** The first known name that stands in the text as a word of its own; what surrounds it goes. */
const containing =
  (...names: readonly string[]): Rule =>
  (v) =>
    typeof v === 'string' ? names.find((name) => standsIn(v.toLowerCase(), name.toLowerCase())) : drop;

function standsIn(text: string, name: string): boolean {
  const letter = /[a-z]/;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!letter.test(text[at - 1] ?? ' ') && !letter.test(text[at + name.length] ?? ' ')) return true;
  }
  return false;
}

const axis = oneOf('i', 'i-', 'j', 'j-', 'k', 'k-');

// biome-ignore format: a list
const NUMBERS = [
  'AcquisitionDuration', 'AcquisitionMatrixPE', 'BandwidthPerPixelPhaseEncode', 'BaseResolution', 'DelayTime',
  'DerivedVendorReportedEchoSpacing', 'DiffusionBValue', 'DwellTime', 'EchoNumber', 'EchoTime', 'EchoTime1', 'EchoTime2', 'EchoTrainLength',
  'EffectiveEchoSpacing', 'EstimatedEffectiveEchoSpacing', 'EstimatedTotalReadoutTime', 'ExposureTime', 'FlipAngle', 'FrequencyEncodingSteps',
  'GantryDetectorTilt', 'ImagingFrequency', 'InversionTime', 'MagneticFieldStrength', 'MultibandAccelerationFactor', 'NumberOfAverages',
  'NumberOfDiffusionDirectionGE', 'NumberOfDiffusionT2GE', 'ParallelReductionFactorInPlane', 'ParallelReductionFactorOutOfPlane',
  'PartialFourier', 'PercentPhaseFOV', 'PercentSampling', 'PhaseEncodingSteps', 'PhaseEncodingStepsOutOfPlane', 'PhaseOversampling',
  'PhaseResolution', 'PhilipsRescaleIntercept', 'PhilipsRescaleSlope', 'PhilipsRWVIntercept', 'PhilipsRWVSlope', 'PhilipsScaleSlope',
  'PixelBandwidth', 'ReconMatrixPE', 'RefLinesPE', 'RepetitionTime', 'RepetitionTimeExcitation', 'RepetitionTimeInversion',
  'RepetitionTimePreparation', 'SAR', 'SliceThickness', 'SpacingBetweenSlices', 'SpoilingRFPhaseIncrement', 'TotalReadoutTime',
  'UsePhilipsFloatNotDisplayScaling', 'VendorReportedEchoSpacing', 'WaterFatShift', 'XRayExposure', 'XRayTubeCurrent', 'KVP',
  'DecayFactor', 'DoseCalibrationFactor', 'FrameDuration', 'InjectedRadioactivity', 'IsotopeHalfLife', 'RadionuclideHalfLife',
  'RadionuclidePositronFraction', 'RadionuclideTotalDose', 'ScatterFraction', 'PostLabelDelay', 'LabelingDuration',
] as const;

// biome-ignore format: closed lists
const WORDS: Readonly<Record<string, Rule>> = {
  BodyPart: oneOf('BRAIN', 'HEAD', 'NECK', 'CHEST', 'ABDOMEN', 'PELVIS', 'SPINE', 'CSPINE', 'TSPINE', 'LSPINE', 'HEART', 'BREAST', 'KNEE', 'HIP',
    'SHOULDER', 'ELBOW', 'WRIST', 'HAND', 'ANKLE', 'FOOT', 'LEG', 'ARM', 'WHOLEBODY', 'PROSTATE', 'LIVER', 'KIDNEY'),
  CoilCombinationMethod: oneOf('Adaptive Combine', 'Sum of Squares'),
  ConversionSoftware: oneOf('dcm2niix'),
  ConversionSoftwareVersion: (v) => (typeof v === 'string' && /^v\d+\.\d+\.\d{8}$/.test(v) ? v : drop),
  ImageOrientationPatientDICOM: numbers,
  ImageOrientationText: codes('Tra', 'Sag', 'Cor'),
  ImageType: listOf('ORIGINAL', 'DERIVED', 'PRIMARY', 'SECONDARY', 'MAGNITUDE', 'PHASE', 'REAL', 'IMAGINARY', 'M', 'P', 'R', 'I', 'ND', 'NORM',
    'DIS2D', 'DIS3D', 'FM', 'FFE', 'SE', 'IR', 'EPI', 'MOSAIC', 'DIFFUSION', 'PERFUSION', 'VOLUME', 'NONE', 'OTHER', 'AXIAL', 'LOCALIZER', 'ADC',
    'FA', 'TRACEW', 'ASL', 'SUB', 'MPR', 'MIP', 'MIN', 'T1', 'T2', 'B0', 'UNSPECIFIED', 'FMRI', 'WATER', 'FAT', 'IN', 'OUT', 'PHASEMAP',
    'VFRAME', 'DIXON', 'RESAMPLED', 'ATTENUATION', 'EMISSION', 'STATIC', 'DYNAMIC', 'GATED', 'TOMO', 'RECON TOMO'),
  InPlanePhaseEncodingDirectionDICOM: oneOf('ROW', 'COL'),
  Manufacturer: containing('Siemens', 'Philips', 'GE', 'Canon', 'Toshiba', 'UIH', 'Hitachi', 'Hyperfine', 'Bruker', 'Mediso', 'Fonar', 'Esaote', 'Neusoft'),
  ManufacturersModelName: containing('Prisma_fit', 'Prisma', 'Skyra_fit', 'Skyra', 'TrioTim', 'Trio', 'Verio', 'Biograph_mMR', 'Biograph', 'Avanto_fit',
    'Avanto', 'Aera', 'Espree', 'Allegra', 'Sonata', 'Symphony', 'Vida', 'Sola', 'Lumina', 'Altea', 'Amira', 'Cima.X', 'Terra.X', 'Terra',
    'Investigational_Device_7T', 'SOMATOM Force', 'SOMATOM Definition', 'SOMATOM', 'NAEOTOM Alpha', 'Ingenia Elition', 'Ingenia Ambition', 'Ingenia',
    'Achieva dStream', 'Achieva', 'Intera', 'Panorama', 'Brilliance', 'iCT', 'IQon', 'Ingenuity', 'Gemini', 'Vereos', 'SIGNA Premier', 'SIGNA Pioneer',
    'SIGNA Architect', 'SIGNA Artist', 'SIGNA PET/MR', 'SIGNA HDxt', 'SIGNA EXCITE', 'SIGNA', 'DISCOVERY MR750w', 'DISCOVERY MR750', 'DISCOVERY MR450',
    'Optima MR450w', 'Optima', 'Revolution', 'LightSpeed', 'Discovery STE', 'Discovery', 'Galan 3T', 'Galan', 'Titan', 'Vantage', 'Aquilion', 'Orian',
    'uMR 890', 'uMR 790', 'uMR 780', 'uMR 770', 'uMR 670', 'uMR', 'uCT', 'uPMR', 'ECHELON', 'Oasis', 'Airis', 'Swoop'),
  MatrixCoilMode: oneOf('SENSE', 'GRAPPA', 'Auto', 'CP', 'Triple', 'Dual'),
  Modality: oneOf('MR', 'CT', 'PT', 'NM', 'US', 'XA', 'RF'),
  MRAcquisitionType: oneOf('1D', '2D', '3D'),
  MTState: flag,
  NonlinearGradientCorrection: flag,
  ParallelAcquisitionTechnique: oneOf('GRAPPA', 'SENSE', 'mSENSE', 'SMS', 'CAIPIRINHA', 'ASSET', 'ARC', 'SPEEDER', 'OTHER'),
  PartialFourierDirection: oneOf('PHASE', 'FREQUENCY', 'SLICE_SELECT', 'COMBINATION'),
  PatientPosition: oneOf('HFP', 'HFS', 'HFDR', 'HFDL', 'FFDR', 'FFDL', 'FFP', 'FFS'),
  PhaseEncodingAxis: oneOf('i', 'j', 'k'),
  PhaseEncodingDirection: axis,
  PhaseEncodingPolarityGE: oneOf('Flipped', 'Unflipped'),
  RawImage: flag,
  ScanningSequence: codes('SE', 'IR', 'GR', 'EP', 'RM'),
  ScanOptions: codes('PER', 'RG', 'CG', 'PPG', 'FC', 'PFF', 'PFP', 'SP', 'FS', 'IR', 'DB', 'SFS', 'SAT1', 'AXIAL', 'HELICAL', 'SAT', 'ACC', 'EPI', 'EDR'),
  SequenceVariant: codes('SK', 'MTC', 'SS', 'TRSS', 'SP', 'MP', 'OSP', 'NONE'),
  SliceEncodingDirection: axis,
  SliceTiming: numbers,
  FrameTimesStart: numbers,
  TablePosition: numbers,
  Units: oneOf('Hz', 'BQML', 'CNTS', 'rad', 'arbitrary', 'SUV'),
};

const RULES = new Map<string, Rule>([
  ...NUMBERS.map((key) => [key, numberOrNumbers] as const),
  ...Object.entries(WORDS),
]);

/**
 * The keys of a dcm2niix or BIDS sidecar that describe the acquisition and nobody: numbers, and words out of closed lists.
 * Descriptions, names, dates, institutions, serial numbers, UIDs and every unknown key are left out. Anything but an object gives {}.
 */
export function cleanSidecar(json: unknown): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return out;
  for (const [key, value] of Object.entries(json)) {
    const kept = RULES.get(key)?.(value);
    if (kept !== drop) out[key] = kept;
  }
  return out;
}
