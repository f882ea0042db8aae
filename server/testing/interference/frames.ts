import type WebSocket from 'ws';
import type { ShippedRole } from '../../access/actor.ts';
import { openSocket, overSocket, surfaces } from '../attacks/surfaces.ts';
import { difference, isSame } from './compare.ts';
import type { Question } from './questions.ts';
import type { World, Worlds } from './worlds.ts';

/** Asks over a socket and as a stream of events: all frames are compared. */
export async function openFrames({ pair: [one, other], tokens }: Worlds, role: ShippedRole) {
  const open = (world: World): Promise<WebSocket> => openSocket(world.url, tokens[role]);
  const sockets = [await open(one), await open(other)] as const;
  return {
    /** Throws when the frames tell the worlds apart. */
    async requireAlike(question: Question): Promise<void> {
      const { query } = question;
      const framed = await Promise.all([overSocket(sockets[0], { query }), overSocket(sockets[1], { query })]);
      if (!isSame(framed)) throw new Error(`Over a socket: ${difference(question, framed)}`);
      const streamed = await Promise.all([
        surfaces.stream(one.url, tokens[role], { query }),
        surfaces.stream(other.url, tokens[role], { query }),
      ]);
      if (!isSame(streamed)) throw new Error(`As a stream: ${difference(question, streamed)}`);
    },
    close: (): void => sockets.forEach((socket) => socket.terminate()),
  };
}
