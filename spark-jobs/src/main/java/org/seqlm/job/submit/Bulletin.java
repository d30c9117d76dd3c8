package org.seqlm.job.submit;

import java.util.List;
import org.seqlm.Problems;

/**
 * What a driver on a cluster has said so far, as its bulletin tells it.
 *
 * @param attempt names the process: a driver that is started again begins a bulletin of its own in
 *     the place of the one before
 * @param lines on standard error so far, 0 and more
 * @param last of these lines, the latest at the end; at most {@link #MOST_LINES}
 * @param code how the command ended, 0 to 255; null while it is at work
 * @param output all of standard output, or its beginning, once the command has ended; else empty
 * @param unsaid bytes of standard output behind that, which only the driver's own has
 */
record Bulletin(
    String attempt, long lines, List<String> last, Integer code, String output, long unsaid) {
  static final int MOST_LINES = 200;

  Bulletin {
    new Problems()
        .present("attempt", attempt, "the driver's part of the bulletin is damaged")
        .inRange("last", last.size(), 0, Math.min(lines, MOST_LINES))
        .inRange("code", code == null ? 0 : code, 0, 255)
        .require(output != null, "output is missing: the driver's part of the bulletin is damaged")
        .atLeast("unsaid", unsaid, 0)
        .throwIfAny();
    last = List.copyOf(last);
  }
}
