package org.seqlm.job.nightlydemo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;

/** What may be out of the ordinary on a night. */
enum Special {
  DRIFT("frequent words are rare"),
  CORRUPT("a file breaks off"),
  KILLED("the driver is killed"),
  HOPELESS("a hopeless learning rate"),
  TOPIC("words of a new topic");

  private final String text;

  Special(String text) {
    this.text = text;
  }

  /** For people. */
  String text() {
    return text;
  }

  /**
   * On which nights, from 1; 0 for none.
   *
   * @param drift the words of its text have other frequencies
   * @param corrupt its file breaks off, and is mended the day after
   * @param killed its driver is killed while it trains, and started again
   * @param hopeless its challenger is trained at a hopeless rate
   * @param topic its text, and those after it, have words of a new topic
   */
  record Nights(int drift, int corrupt, int killed, int hopeless, int topic) {
    /** What a night is; null for an ordinary one. */
    Special of(int night) {
      for (Special special : values()) {
        if (night(special) == night) {
          return special;
        }
      }
      return null;
    }

    int night(Special special) {
      return switch (special) {
        case DRIFT -> drift;
        case CORRUPT -> corrupt;
        case KILLED -> killed;
        case HOPELESS -> hopeless;
        case TOPIC -> topic;
      };
    }

    /** Adds what is wrong with them where there are so many nights. */
    void check(Problems problems, int nights) {
      List<Integer> used = new ArrayList<>();
      for (Special special : values()) {
        String key = "special." + Json.name(special);
        int night = night(special);
        // The first night has nobody to be compared with.
        problems.require(
            night == 0 || (night >= 2 && night <= nights),
            key + " must be 0 or 2 to nights, " + nights + ", but is " + night);
        if (night != 0) {
          used.add(night);
        }
      }
      problems
          .require(
              new HashSet<>(used).size() == used.size(),
              "special must name each night once, but is " + used)
          .require(
              corrupt == 0 || corrupt < nights,
              "special.corrupt must be before the last night, "
                  + nights
                  + ", as the night after takes what was mended, but is "
                  + corrupt);
    }
  }
}
