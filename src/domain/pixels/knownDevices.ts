// The rules about places in pictures that every profile begins with: common ultrasound machines, CT and PET reports. Each says where
// its numbers come from; the starter set is data, so that it grows without code.
import { z } from 'zod';
import data from './data/knownDevices.json';
import { regionRuleSchema } from './regionRules';

/** Rules for known devices, checked as any other rule. */
export const knownDevices = z.array(regionRuleSchema).readonly().parse(data);
