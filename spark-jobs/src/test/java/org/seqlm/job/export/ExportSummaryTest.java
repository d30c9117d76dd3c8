package org.seqlm.job.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExportSummaryTest {
  @Test
  void valuesStandInOneColumn() {
    ExportResult result =
        new ExportResult(
            "out/run",
            "f",
            "lstm 1x128",
            List.of(),
            List.of(
                new ExportResult.Form("safetensors", "out/pytorch", 3, 2048),
                new ExportResult.Form("onnx", "out/onnx", 1, 1024)),
            1.5,
            0,
            0,
            List.of());
    assertThat(new ExportCommand().summary(null, result).lines())
        .containsExactly(
            "exported    out/run: lstm 1x128",
            "safetensors out/pytorch: 2,048 bytes in 3 files",
            "onnx        out/onnx: 1,024 bytes in 1 file",
            "took        1.5 s");
  }
}
