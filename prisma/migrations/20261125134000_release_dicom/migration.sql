-- A version holds de-identified DICOM as sourcedata/ when the lead asks for it.
ALTER TABLE "Release" ADD COLUMN     "includeDicom" BOOLEAN NOT NULL DEFAULT false;
