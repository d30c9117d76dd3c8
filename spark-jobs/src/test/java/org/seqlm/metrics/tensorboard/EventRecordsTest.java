package org.seqlm.metrics.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;

class EventRecordsTest {
  @TempDir Path folder;

  private Map<String, TreeMap<Long, Object>> shown(byte[]... records) throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(EventRecords.beginning(1.7e9));
    for (byte[] record : records) {
      file.writeBytes(record);
    }
    Files.write(folder.resolve("events.out.tfevents.1"), file.toByteArray());
    return EventFiles.shown(folder);
  }

  private static JsonNode json(String text) throws Exception {
    return Json.mapper().readTree(text);
  }

  /** Every event file of TensorFlow's begins so: 24 bytes, their checksum, a time in field 1. */
  @Test
  void beginsAsTensorFlowsFilesDo() {
    byte[] record = EventRecords.beginning(1.7e9);
    assertThat(HexFormat.of().formatHex(record, 0, 13)).isEqualTo("1800000000000000a37f4b2209");
    assertThat(HexFormat.of().formatHex(record, 21, 36))
        .isEqualTo("1a0d" + HexFormat.of().formatHex("brain.Event:2".getBytes()));
  }

  @Test
  void aNumberIsAScalarWhereverItStands() throws Exception {
    JsonNode line =
        json(
            """
            {"loss": 1.5, "steps": 7, "workers": [{"loss": 2.5, "clipped": null}, {"loss": 3}],
             "phases": {"compute": 0.25}, "skipped": false, "sample": "a\\nb", "empty": ""}\
            """);
    Map<String, TreeMap<Long, Object>> shown = shown(EventRecords.line(2, 1L << 40, "round", line));
    assertThat(shown.keySet())
        .isEqualTo(
            Set.of(
                "round/loss",
                "round/steps",
                "round/workers/0/loss",
                "round/workers/1/loss",
                "round/phases/compute",
                "round/sample"));
    assertThat(shown.get("round/workers/0/loss")).isEqualTo(Map.of(1L << 40, 2.5f));
    assertThat(shown.get("round/sample")).isEqualTo(Map.of(1L << 40, "    a\n    b\n"));
  }

  /** As the lines of metrics have them: no curve says the number of its worker. */
  @Test
  void numbersThatAreNoCurvesAreLeftOut() throws Exception {
    JsonNode round =
        json(
            """
            {"round": 7, "steps": 140, "workers": [{"worker": 0, "loss": 2}],
             "times": {"straggler": {"worker": 1, "ratio": 1.5},
                       "workers": [{"worker": 0, "compute": 3, "gpu": {"used-bytes": 5,
                                    "total-bytes": 9}}]}}\
            """);
    JsonNode diagnosis =
        json(
            """
            {"round": 7, "time-steps": 32, "batch": 4, "seconds": 0.1,
             "layers": [{"layer": 0, "gradients": [1, 0.5]}]}\
            """);
    assertThat(
            shown(
                    EventRecords.line(1, 1, "round", round),
                    EventRecords.line(1, 1, "diagnosis", diagnosis))
                .keySet())
        .isEqualTo(
            Set.of(
                "round/steps",
                "round/workers/0/loss",
                "round/times/straggler/ratio",
                "round/times/workers/0/compute",
                "round/times/workers/0/gpu/used-bytes",
                "diagnosis/seconds",
                "diagnosis/layers/0/gradients/0",
                "diagnosis/layers/0/gradients/1"));
  }

  @Test
  void whatIsTrainedAgainReplacesWhatWasThere() throws Exception {
    Map<String, TreeMap<Long, Object>> shown =
        shown(
            EventRecords.line(1, 10, "round", json("{\"loss\": 3}")),
            EventRecords.line(2, 20, "round", json("{\"loss\": 2}")),
            EventRecords.line(3, 30, "round", json("{\"loss\": 1, \"lost\": 1}")),
            EventRecords.restart(4, 11),
            EventRecords.line(5, 20, "round", json("{\"loss\": 2.5}")));
    assertThat(shown).isEqualTo(Map.of("round/loss", Map.of(10L, 3f, 20L, 2.5f)));
  }

  @Test
  void ofManyElementsTheFirstAreShown() throws Exception {
    JsonNode line = Json.tree(Map.of("drift", new double[1000]));
    assertThat(shown(EventRecords.line(1, 1, "round", line)))
        .hasSize(EventRecords.MOST_ELEMENTS)
        .containsKey("round/drift/63");
  }
}
