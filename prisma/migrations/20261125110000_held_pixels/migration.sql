-- heldPixels: text was looked for in the pixels, and a person has to look too (test/server/migrations.test.ts compares the states).
ALTER TABLE "Series" DROP CONSTRAINT "Series_state_check";
ALTER TABLE "Series" ADD CONSTRAINT "Series_state_check" CHECK ("state" IN ('received', 'heldPixels', 'deidentified', 'heldGeometry', 'converted', 'heldHead', 'heldDeface', 'inReview', 'accepted', 'rejected', 'refused', 'quarantined'));
