package org.seqlm.job.nightlydemo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.seqlm.example.Example;
import org.seqlm.example.Variation;

class DemoTextTest {
  private static final Special.Nights SPECIAL = new Special.Nights(5, 7, 9, 11, 12);
  private static final DemoText TEXT = new DemoText(3, LocalDate.of(2026, 2, 27), 100, SPECIAL);

  private static List<String> lines(byte[] file) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void eachNightHasTheNextSentences() throws IOException {
    assertThat(TEXT.folder(1)).isEqualTo("dt=2026-02-27");
    assertThat(TEXT.folder(3)).isEqualTo("dt=2026-03-01");
    List<String> second = lines(TEXT.file(2));
    assertThat(second).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(second.get(i)).isEqualTo(Example.sentence(3, 100 + i));
    }
    assertThat(TEXT.file(2)).isEqualTo(TEXT.file(2)).isEqualTo(TEXT.arriving(2));
  }

  @Test
  void nightsDifferAsTheyAreTo() throws IOException {
    assertThat(lines(TEXT.file(5)).get(4)).isEqualTo(Variation.RANKS_REVERSED.sentence(3, 404));
    assertThat(lines(TEXT.file(6)).get(4)).isEqualTo(Example.sentence(3, 504));
    // A topic stays.
    for (int night : new int[] {12, 14}) {
      assertThat(TEXT.variation(night)).isEqualTo(Variation.NEW_TOPIC);
    }
    assertThat(TEXT.variation(11)).isEqualTo(Variation.PLAIN);
    DemoText none = new DemoText(3, TEXT.first(), 100, new Special.Nights(0, 0, 0, 0, 0));
    assertThat(none.variation(14)).isEqualTo(Variation.PLAIN);
  }

  @Test
  void aFileThatBreaksOffIsTheBeginningOfTheWholeOne() throws IOException {
    byte[] arriving = TEXT.arriving(7);
    byte[] whole = TEXT.file(7);
    assertThat(arriving).hasSizeLessThan(whole.length);
    assertThat(Arrays.copyOf(whole, arriving.length)).isEqualTo(arriving);
    assertThatThrownBy(() -> lines(arriving)).isInstanceOf(EOFException.class);
    assertThat(lines(whole)).hasSize(100);
  }
}
