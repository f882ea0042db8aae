import { halves, interference } from './interference.ts';

interference(halves.second);
