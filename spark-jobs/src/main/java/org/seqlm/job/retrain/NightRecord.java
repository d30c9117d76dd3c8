package org.seqlm.job.retrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.night.SeenPartition;
import org.seqlm.registry.Registry;
import org.seqlm.registry.Role;

/**
 * What a version carries of its night and those before, so that the next one knows what to take
 * although older versions may have been pruned.
 *
 * @param night its date
 * @param datasets that it and its ancestors were trained on, the oldest first
 * @param seen all partitions that it or an ancestor was trained on, the oldest first
 */
record NightRecord(String night, List<String> datasets, List<SeenPartition> seen) {
  NightRecord {
    datasets = List.copyOf(datasets);
    seen = List.copyOf(seen);
  }

  /** That of a version; one that was added by hand has seen nothing. */
  static NightRecord of(Registry registry, int version) throws IOException {
    Optional<byte[]> stored =
        version == 0 ? Optional.empty() : registry.document(version, Role.NIGHT);
    if (stored.isEmpty()) {
      return new NightRecord(null, List.of(), List.of());
    }
    try {
      return Json.mapper()
          .readValue(new String(stored.get(), StandardCharsets.UTF_8), NightRecord.class);
    } catch (JsonProcessingException e) {
      throw UserException.data(
          registry.name()
              + ": what version "
              + version
              + " says of its night was written by a later release: use that one");
    }
  }

  /** The next one's. */
  NightRecord then(String oneNight, String dataset, List<SeenPartition> taken) {
    List<SeenPartition> all = new ArrayList<>(seen);
    all.addAll(taken);
    List<String> folders = new ArrayList<>(datasets);
    folders.add(dataset);
    return new NightRecord(oneNight, folders, all);
  }

  String json() {
    return Json.pretty(this);
  }
}
