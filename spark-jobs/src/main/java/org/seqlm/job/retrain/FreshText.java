package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.registry.Decider;
import org.seqlm.registry.Decision;
import org.seqlm.registry.RegistryState;

/**
 * The held-out documents that are evidence tonight: of the partitions that the night takes, those
 * of which no document has been evidence in a decision of another night. Text of a night that was
 * kept out comes again, to be trained on; what was held out of it has spoken.
 *
 * @param partitions their names
 * @param dataset whose test split holds them; null where there is none. That of the night, where
 *     all of its partitions are fresh; else the fresh ones by themselves, with its vocabulary. What
 *     a document's words are decides its split, so each has the same one in both
 */
record FreshText(List<String> partitions, Dataset dataset) {
  /** The key of a decision's numbers with the partitions that were evidence. */
  static final String SPOKEN = "spoken";

  /** Why nothing is trained where a night takes but text of nights before. */
  static final String NONE =
      "no fresh text: what is held out of it was evidence before; it is taken with the next text"
          + " that comes in";

  /** The key with the night of a decision that ends none. */
  static final String NIGHT = "night";

  /** Names that a decision's numbers have room for; what is beyond stays fresh for other nights. */
  private static final int MOST_BYTES = 1 << 13;

  FreshText {
    partitions = List.copyOf(partitions);
  }

  static FreshText of(NightFolder night, NightStart start, NightPlan plan, Dataset dataset)
      throws Exception {
    List<InputPartition> fresh = fresh(plan.take(), spoken(start.state(), night.night()));
    List<String> names = fresh.stream().map(InputPartition::name).toList();
    if (fresh.size() == plan.take().size()) {
      return new FreshText(names, dataset);
    }
    if (fresh.isEmpty()) {
      return new FreshText(names, null);
    }
    FlagValues keys =
        PrepareStep.keys(night, new NightPlan(plan.night(), fresh, List.of()), night.fresh())
            .put("vocabulary.base", night.dataset())
            .put("vocabulary.max-appended", 0);
    try {
      return new FreshText(names, PrepareStep.prepare(night, night.fresh(), keys));
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DATA) {
        throw e;
      }
      // The night's text was read to its end before, so this is of so little text that no document
      // of it is trained on.
      night.context().progress().message("note: no fresh documents: " + e.getMessage());
      return new FreshText(names, null);
    }
  }

  /** Partitions of which documents were evidence in a decision of another night. */
  static Set<String> spoken(RegistryState state, String night) {
    Set<String> spoken = new HashSet<>();
    for (Decision one : state.history()) {
      if (one.by() == Decider.NIGHT && !night.equals(nightOf(one))) {
        for (JsonNode name : one.numbers().path(SPOKEN)) {
          spoken.add(name.asText());
        }
      }
    }
    return spoken;
  }

  /** The night that came to a decision; null for none. */
  static String nightOf(Decision one) {
    return one.night() != null ? one.night() : one.numbers().path(NIGHT).asText(null);
  }

  /** Those that have not spoken, the newest of them where there are very many, in their order. */
  static List<InputPartition> fresh(List<InputPartition> taken, Set<String> spoken) {
    List<InputPartition> fresh = new ArrayList<>();
    int bytes = 0;
    for (int i = taken.size() - 1; i >= 0; i--) {
      String name = taken.get(i).name();
      int more = name.getBytes(StandardCharsets.UTF_8).length + 4; // with quotes and a comma
      if (!spoken.contains(name) && bytes + more <= MOST_BYTES) {
        fresh.add(taken.get(i));
        bytes += more;
      }
    }
    Collections.reverse(fresh);
    return fresh;
  }
}
