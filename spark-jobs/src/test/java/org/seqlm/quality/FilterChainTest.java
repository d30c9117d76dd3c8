package org.seqlm.quality;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

class FilterChainTest {
  @Test
  void fineWeb() {
    // 3 of 25 lines end like sentences, that is 0.12; then 3 of 26.
    String lines = ("A line that is not short and that has no end " + "%s\n");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 25; i++) {
      text.append(String.format(lines, i + (i < 3 ? ".)" : "")));
    }
    assertThat(Judged.of(text.toString(), "fineweb").removedBy()).isNull();
    assertThat(Judged.of(text + "One more line that has more than thirty", "fineweb").removedBy())
        .isEqualTo("fineweb.line-ends");
    // Two of three lines have 30 characters or fewer: 0.667 is kept, three of four are not.
    String small = "This one ends like a sentence.\n";
    assertThat(small.length()).isEqualTo(31);
    String large = "x" + small;
    assertThat(Judged.of(small + "It is short.\n" + large, "fineweb").removedBy()).isNull();
    assertThat(Judged.of(small + "It is.\nIt was.\n" + large, "fineweb").removedBy())
        .isEqualTo("fineweb.short-lines");
    // 4 of 40 characters without line feeds, then 4 of 39.
    String twice = "abc.\nabc.\n";
    String rest = "y".repeat(31) + ".";
    assertThat(Judged.of(twice + rest, "fineweb").fails("fineweb.duplicate-line-characters"))
        .isFalse();
    assertThat(
            Judged.of(twice + rest.substring(1), "fineweb")
                .fails("fineweb.duplicate-line-characters"))
        .isTrue();
  }

  @Test
  void length() {
    Map<String, Object> given =
        Map.of("min-words", 2, "max-words", 3, "min-characters", 4, "max-bytes", 9);
    Object filter = Judged.filter("length", given);
    assertThat(Judged.of("ab c", filter).removedBy()).isNull();
    assertThat(Judged.of("abc -", filter).removedBy()).isEqualTo("length.words");
    assertThat(Judged.of("a b c d", filter).removedBy()).isEqualTo("length.words");
    assertThat(Judged.of("a é", filter).removedBy()).isEqualTo("length.characters");
    assertThat(Judged.of("éé é a", filter).removedBy()).isNull();
    assertThat(Judged.of("éé éé é", filter).removedBy()).isEqualTo("length.bytes");
  }

  @Test
  void noise() {
    String text = "a".repeat(999);
    assertThat(Judged.of(text + "\uFFFD", "unicode").removedBy()).isNull();
    assertThat(Judged.of(text + "\uFFFD\uFFFD", "unicode").removedBy())
        .isEqualTo("unicode.replacements");
    assertThat(Judged.of(text + "\u0001\u0007", "unicode").removedBy())
        .isEqualTo("unicode.controls");
    assertThat(Judged.of(text + "\t\r\n\u0085", "unicode").removedBy()).isNull();
    assertThat(Judged.of(text + "\uE000\uE001", "unicode").removedBy())
        .isEqualTo("unicode.private");
    assertThat(Judged.of(text + "\uFFFF\uFDD0", "unicode").removedBy())
        .isEqualTo("unicode.unassigned");
  }

  @Test
  void scripts() {
    Object persian = Judged.filter("script", Map.of("keep", List.of("arabic")));
    // Four letters of eight; the digits are none.
    assertThat(Judged.of("سلام text 123", persian).value("script.share")).isEqualTo(0.5);
    assertThat(Judged.of("سلام text", persian).removedBy()).isNull();
    assertThat(Judged.of("سلام texts", persian).removedBy()).isEqualTo("script.share");
    assertThat(Judged.of("123", persian).removedBy()).isNull();
    assertThat(
            Judged.of("漢字 かな", Judged.filter("script", Map.of("keep", List.of("han", "Hiragana"))))
                .value("script.share"))
        .isEqualTo(1);
  }

  @Test
  void allRulesAreAskedAndTheFirstRemoves() {
    Judged judged =
        Judged.of(
            "a a a a a a", Judged.filter("length", Map.of("min-words", 9)), "gopher-repetition");
    assertThat(judged.removedBy()).isEqualTo("length.words");
    assertThat(judged.fails("gopher-repetition.top-2-gram")).isTrue();
    FilterCounts counts = new FilterCounts();
    var size = new FilterCounts.DocumentSize(11, 11, 1, false, false);
    counts.add("web", judged.chain().rules(), judged.verdict(), size);
    FilterCounts others = new FilterCounts();
    others.add("", judged.chain().rules(), judged.verdict(), size);
    others.add("web", judged.chain().rules(), judged.verdict(), size);
    counts.add(others);
    assertThat(counts.sources()).containsOnlyKeys("", "web");
    FilterCounts.OfSource total = counts.total(judged.chain());
    assertThat(total.documents()).isEqualTo(3);
    assertThat(total.kept()).isZero();
    assertThat(total.first(0)).isEqualTo(3);
    int top =
        judged.chain().rules().stream()
            .map(Rule::name)
            .toList()
            .indexOf("gopher-repetition.top-2-gram");
    assertThat(total.first(top)).isZero();
    assertThat(total.any(top)).isEqualTo(3);
    // "a a" five times: 15 of 11 characters.
    assertThat(total.histogram(top, Scale.SHARE.bins() - 1)).isEqualTo(3);
    assertThat(total.histogram(0, Scale.COUNT.bin(6))).isEqualTo(3);
  }

  @Test
  void bins() {
    assertThat(Scale.COUNT.bin(0)).isZero();
    for (int value : new int[] {1, 2, 3, 4, 1000, 1 << 20}) {
      int bin = Scale.COUNT.bin(value);
      assertThat(Scale.COUNT.lower(bin)).isLessThanOrEqualTo(value);
      assertThat(Scale.COUNT.lower(bin + 1)).isGreaterThan(value);
    }
    for (Scale scale : Scale.values()) {
      assertThat(scale.bin(1e300)).isEqualTo(scale.bins() - 1);
      assertThat(scale.bin(-1e300)).isZero();
      for (int bin = 0; bin < scale.bins(); bin++) {
        assertThat(scale.bin(scale.lower(bin))).as(scale + " " + bin).isEqualTo(bin);
      }
    }
  }

  @Test
  void tellsWhatIsWrong() {
    assertThatThrownBy(() -> Judged.of("", "gopher"))
        .hasMessageContaining("filters has gopher, which is none: there are gopher-quality");
    assertThatThrownBy(() -> Judged.of("", "c4", "c4"))
        .hasMessageContaining("filters has c4 twice");
    assertThatThrownBy(
            () ->
                Judged.of(
                    "",
                    Judged.filter("length", Map.of("min-word", 1)),
                    Judged.filter("script", Map.of("keep", List.of("klingon"))),
                    Judged.filter("unicode", Map.of("max-private", 2))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "filters.length.min-word is no parameter of length: did you mean min-words?")
        .hasMessageContaining("klingon")
        .hasMessageContaining("filters.unicode.max-private must be a number from 0 to 1, but is 2");
    assertThatThrownBy(() -> FilterSpec.parse(List.of()))
        .hasMessageContaining("filters is missing");
    assertThatThrownBy(() -> FilterSpec.parse(List.of(5))).hasMessageContaining("but one is 5");
    for (String wrong : List.of("c4:", "c4:x", "c4:=1", "c4:x=", "c4:x=1:x=2")) {
      assertThatThrownBy(() -> FilterSpec.parse(List.of(wrong)))
          .hasMessageContaining("filters has " + wrong + ": give parameters as NAME=VALUE");
    }
    assertThatThrownBy(() -> FilterChain.of(FilterSpec.parse(List.of("length"))))
        .hasMessageContaining("filters.length has no bound");
    assertThatThrownBy(() -> FilterChain.of(FilterSpec.parse(List.of("length:min-words=x"))))
        .hasMessageContaining("filters.length.min-words must be a number of at least 0, but is x");
    assertThat(FilterSpec.parse(List.of("script:keep=arabic:min-share=0.6")))
        .containsExactly(new FilterSpec("script", Map.of("keep", "arabic", "min-share", "0.6")));
    assertThatThrownBy(() -> FilterSpec.parse(List.of(Map.of("c4", "x"))))
        .hasMessageContaining("but one is {c4=x}");
  }

  @Test
  void longDocumentsAreJudgedByTheirBeginning() {
    FilterChain chain =
        FilterChain.of(
            FilterSpec.parse(
                List.of(
                    Judged.filter("c4", Map.of("min-sentences", 0, "min-line-words", 1)),
                    Judged.filter("length", Map.of("max-words", 2)))));
    Document document = new Document("a.\nno end\nb.\nnor here\nc.".getBytes(UTF_8));
    // All 24 bytes have three words; the first two lines, of 9 bytes, one, and the first three two.
    assertThat(chain.judge(document, 24).keeps()).isFalse();
    for (int most : new int[] {23, 21, 12, 11, 9, 2, 1}) {
      FilterChain.Verdict verdict = chain.judge(document, most);
      assertThat(verdict.keeps()).isTrue();
      assertThat(verdict.values()[3]).as("" + most).isEqualTo(most < 12 ? 1 : 2);
      // What is behind them is edited, too.
      assertThat(new String(verdict.text().utf8(), UTF_8)).isEqualTo("a.\nb.\nc.");
      assertThat(verdict.dropped()[1]).isEqualTo(2);
    }
  }

  /** Named in the tests' META-INF/services. */
  public static final class Shouting implements FilterKind {
    @Override
    public String name() {
      return "shouting";
    }

    @Override
    public String source() {
      return "a test";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(Parameter.number("max-marks", 1, 0, 9, "signs !"));
    }

    @Override
    public Filter create(Settings settings) {
      Rule rule =
          Rule.atMost("shouting.marks", "signs !", settings.number("max-marks"), Scale.COUNT);
      return new Filter() {
        @Override
        public List<Rule> rules() {
          return List.of(rule);
        }

        @Override
        public void measure(Document document, Document edited, double[] values) {
          values[0] = new Marks(List.of("!")).count(edited.utf8(), edited.from(), edited.to());
        }
      };
    }
  }

  @Test
  void othersAddKinds() {
    assertThat(Judged.of("a!", "shouting").removedBy()).isNull();
    assertThat(Judged.of("a!!", "shouting").removedBy()).isEqualTo("shouting.marks");
  }
}
