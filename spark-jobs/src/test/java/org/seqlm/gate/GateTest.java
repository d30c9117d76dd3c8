package org.seqlm.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.gate.GateResult.Decision;
import org.seqlm.gate.Reason.Code;

class GateTest {
  private static final Clip CLIP = new Clip(10, 0.1, 1, 0.001);
  private static final Contest FIRST = contest(1, Spent.NOTHING, null);

  private static Contest contest(int night, Spent spent, Evidence evidence) {
    return new Contest("v1", "v2", 2026, night, spent, evidence);
  }

  private static GateConfig config(Burden burden) {
    return new GateConfig(
        0.002,
        Estimand.DOCUMENT,
        new ErrorBudget(0.05, 365, Spending.EQUAL),
        CLIP,
        new Carry(0.4, 3),
        0.95,
        100,
        new FrozenGuard(0.02, 1),
        new SliceGuard(List.of("language"), 0.02, 0.05, 40, 20, burden));
  }

  private static GateResult decide(List<ScoredDocument> documents) {
    return new Gate(config(Burden.SHOW_HARM)).decide(FIRST, documents);
  }

  private static ScoredDocument document(
      String id, String cluster, DocumentSet set, double gain, Map<String, String> slices) {
    return new ScoredDocument(id, cluster, set, 2000, 2000 - 1000 * gain, 1000, 200, slices);
  }

  /** Fresh documents around a gain, and one frozen of gain 0. */
  private static List<ScoredDocument> night(
      int count, double gain, Map<String, String> slices, long seed) {
    Random random = new Random(seed);
    List<ScoredDocument> documents = new ArrayList<>();
    documents.add(document("frozen", null, DocumentSet.FROZEN, 0, Map.of()));
    for (int i = 0; i < count; i++) {
      double each = gain + 0.03 * random.nextGaussian();
      documents.add(document(seed + "-" + i, null, DocumentSet.FRESH, each, slices));
    }
    return documents;
  }

  private static List<Code> codes(GateResult result) {
    return result.reasons().stream().map(Reason::code).toList();
  }

  @Test
  void aClearGainIsPromotedAndItsShareComesBack() {
    GateResult result = decide(night(1000, 0.03, Map.of("language", "en"), 1));

    assertThat(result.decision()).isEqualTo(Decision.PROMOTED);
    assertThat(codes(result)).containsExactly(Code.GAIN_SHOWN);
    assertThat(result.gain()).isCloseTo(0.03, within(0.004));
    // All documents have one length, of 2 bits a character.
    assertThat(result.bits().champion()).isEqualTo(2);
    assertThat(result.bits().challenger()).isCloseTo(2 - result.gain(), within(1e-9));
    assertThat(result.interval().lower()).isGreaterThan(0.01).isLessThan(result.gain());
    assertThat(result.test().share()).isCloseTo(0.05 / 365, within(1e-12));
    assertThat(result.test().highest()).isGreaterThanOrEqualTo(result.test().needed());
    assertThat(result.spent().shares()).isCloseTo(0, within(1e-15));
    assertThat(result.spent().challengers()).isEqualTo(1);
    assertThat(result.evidence()).isNull();
  }

  @Test
  void noGainIsKeptAndItsShareIsSpent() {
    GateResult result = decide(night(1000, 0, Map.of(), 2));

    assertThat(result.decision()).isEqualTo(Decision.KEPT);
    assertThat(codes(result)).containsExactly(Code.GAIN_NOT_SHOWN);
    assertThat(result.spent().shares()).isCloseTo(0.05 / 365, within(1e-12));
    assertThat(result.evidence()).isNull();
  }

  @Test
  void aChallengerThatIsAlmostGoodEnoughComesAgainAtNoCost() {
    Gate gate = new Gate(config(Burden.SHOW_HARM));
    GateResult first = gate.decide(FIRST, night(300, 0.017, Map.of(), 3));
    assertThat(first.decision()).isEqualTo(Decision.KEPT);
    assertThat(codes(first)).containsExactly(Code.GAIN_NOT_SHOWN, Code.EVIDENCE_CARRIED);
    assertThat(first.evidence().logCapital()).isEqualTo(first.test().last());

    GateResult second =
        gate.decide(contest(2, first.spent(), first.evidence()), night(300, 0.017, Map.of(), 4));
    assertThat(second.decision()).isEqualTo(Decision.PROMOTED);
    assertThat(second.test().before()).isEqualTo(first.test().last());
    assertThat(second.test().nights()).isEqualTo(2);
    assertThat(second.spent()).isEqualTo(new Spent(0, 1));

    // A night with too few documents changes nothing.
    GateResult idle =
        gate.decide(contest(2, first.spent(), first.evidence()), night(50, 0.017, Map.of(), 4));
    assertThat(codes(idle)).containsExactly(Code.TOO_FEW_DOCUMENTS, Code.EVIDENCE_CARRIED);
    assertThat(idle.evidence()).isEqualTo(first.evidence());

    // Against another champion it begins anew, with a share of its own.
    Contest other = new Contest("v3", "v2", 2026, 2, first.spent(), first.evidence());
    GateResult anew = gate.decide(other, night(300, 0.017, Map.of(), 4));
    assertThat(codes(anew)).contains(Code.EVIDENCE_VOID);
    assertThat(anew.test().before()).isZero();
    assertThat(anew.spent().challengers()).isEqualTo(2);
  }

  @Test
  void aShareOfLastYearDoesNotComeBackInThis() {
    Evidence evidence = new Evidence("v1", "v2", 2025, 0.0001, 8, 1, 500);
    Spent spent = new Spent(0.01, 70);
    GateResult result =
        new Gate(config(Burden.SHOW_HARM))
            .decide(contest(1, spent, evidence), night(500, 0.03, Map.of(), 5));

    assertThat(result.decision()).isEqualTo(Decision.PROMOTED);
    assertThat(result.spent()).isEqualTo(spent);
  }

  @Test
  void tooFewDocumentsCostNothing() {
    GateResult result = decide(night(99, 0.1, Map.of(), 6));

    assertThat(result.decision()).isEqualTo(Decision.KEPT);
    assertThat(result.reasons())
        .containsExactly(
            new Reason(
                Code.TOO_FEW_DOCUMENTS,
                "nothing was tested: 99 fresh documents, but 100 are needed"));
    assertThat(result.spent()).isEqualTo(Spent.NOTHING);
    assertThat(decide(List.of()).gain()).isNull();
  }

  @Test
  void aLossOnTheFrozenSetBlocks() {
    List<ScoredDocument> documents = night(1000, 0.03, Map.of(), 7);
    documents.set(0, document("frozen", null, DocumentSet.FROZEN, -0.03, Map.of()));
    GateResult result = decide(documents);

    assertThat(result.decision()).isEqualTo(Decision.KEPT);
    assertThat(result.reasons().get(0))
        .isEqualTo(
            new Reason(
                Code.FROZEN_LOSS,
                "the frozen set loses 0.0300 bits a character, but 0.0200 are allowed"));
    assertThat(codes(result)).containsExactly(Code.FROZEN_LOSS, Code.GAIN_SHOWN);

    documents.remove(0);
    assertThat(codes(decide(documents))).containsExactly(Code.TOO_FEW_FROZEN, Code.GAIN_SHOWN);
  }

  @Test
  void aHarmedSliceBlocksAndASmallOneIsTold() {
    List<ScoredDocument> documents = night(1000, 0.04, Map.of("language", "en"), 8);
    documents.addAll(night(100, -0.06, Map.of("language", "de"), 9).subList(1, 101));
    documents.addAll(night(30, -0.5, Map.of("language", "fr"), 10).subList(1, 31));
    GateResult result = decide(documents);

    assertThat(result.decision()).isEqualTo(Decision.KEPT);
    assertThat(codes(result))
        .containsExactly(Code.SLICE_HARMED, Code.GAIN_SHOWN, Code.SLICES_TOO_SMALL);
    assertThat(result.reasons().get(0).text())
        .startsWith("language de loses more than 0.0200 bits a character: gain -0.0");
    assertThat(result.slices())
        .extracting(SliceGuard.Slice::value, SliceGuard.Slice::finding)
        .containsExactly(
            tuple("de", SliceGuard.Finding.HARM_SHOWN),
            tuple("en", SliceGuard.Finding.NO_HARM_SHOWN),
            tuple("fr", SliceGuard.Finding.TOO_SMALL));
    SliceGuard.Slice de = result.slices().get(0);
    assertThat(de.adjusted()).isCloseTo(2 * de.p(), within(1e-15));
  }

  /** Many documents of few clusters are few observations. */
  @Test
  void aSliceOfFewClustersIsNotTested() {
    List<ScoredDocument> documents = night(1000, 0.04, Map.of("language", "en"), 8);
    for (int i = 0; i < 100; i++) {
      Map<String, String> german = Map.of("language", "de");
      documents.add(document("de-" + i, "c" + i % 39, DocumentSet.FRESH, 0, german));
    }
    GateResult result = new Gate(config(Burden.SHOW_NO_HARM)).decide(FIRST, documents);

    assertThat(result.decision()).isEqualTo(Decision.PROMOTED);
    assertThat(result.slices().get(0).documents()).isEqualTo(100);
    assertThat(result.slices().get(0).clusters()).isEqualTo(39);
    assertThat(result.slices().get(0).finding()).isEqualTo(SliceGuard.Finding.TOO_SMALL);
    assertThat(codes(result)).containsExactly(Code.GAIN_SHOWN, Code.SLICES_TOO_SMALL);
  }

  @Test
  void smallSlicesStandTogetherAndAreTested() {
    List<ScoredDocument> documents = night(1000, 0.04, Map.of("language", "en"), 8);
    documents.addAll(night(30, -0.2, Map.of("language", "de"), 9).subList(1, 31));
    documents.addAll(night(30, -0.2, Map.of("language", "fr"), 10).subList(1, 31));
    GateResult result = decide(documents);

    assertThat(codes(result))
        .containsExactly(Code.SLICE_HARMED, Code.GAIN_SHOWN, Code.SLICES_TOGETHER);
    assertThat(result.reasons().get(0).text()).startsWith("language (other) loses more than");
    assertThat(result.reasons().get(2).text())
        .isEqualTo(
            "2 values of language are put together as (other): those with fewer than 40 documents,"
                + " and all but the 20 most frequent");
    assertThat(result.slices())
        .extracting(SliceGuard.Slice::value, SliceGuard.Slice::values, SliceGuard.Slice::documents)
        .containsExactly(tuple("(other)", 2, 60), tuple("en", 1, 1000));
  }

  @Test
  void whereHarmlessnessMustBeShownANoisySliceBlocks() {
    List<ScoredDocument> documents = night(1000, 0.04, Map.of("source", "web"), 11);
    documents.addAll(night(40, 0.0, Map.of("source", "mail"), 12).subList(1, 41));
    GateResult result = new Gate(config(Burden.SHOW_NO_HARM)).decide(FIRST, documents);

    assertThat(result.decision()).isEqualTo(Decision.KEPT);
    assertThat(codes(result)).containsExactly(Code.SLICE_NOT_SHOWN_UNHARMED, Code.GAIN_SHOWN);
    assertThat(result.slices())
        .extracting(SliceGuard.Slice::finding)
        .containsExactly(SliceGuard.Finding.NOT_SHOWN_UNHARMED, SliceGuard.Finding.SHOWN_UNHARMED);
    assertThat(decide(documents).decision()).isEqualTo(Decision.PROMOTED);
  }

  @Test
  void lossesBeyondTheClipBlock() {
    List<ScoredDocument> documents = night(1000, 0.04, Map.of(), 13);
    documents.add(document("broken", null, DocumentSet.FRESH, -5, Map.of()));
    GateResult result = decide(documents);

    assertThat(result.decision()).isEqualTo(Decision.KEPT);
    assertThat(codes(result)).containsExactly(Code.LOSSES_BEYOND_CLIP, Code.GAIN_SHOWN);
    assertThat(result.test().clipped().losses()).isEqualTo(1);
    assertThat(result.test().clipped().lossesTaken()).isGreaterThan(0.001);
    assertThat(result.gain()).isEqualTo(result.test().clipped().mean());
  }

  @Test
  void copiesOfADocumentAreOneObservation() {
    List<ScoredDocument> documents = night(120, 0.01, Map.of(), 14);
    for (int i = 0; i < 2000; i++) {
      documents.add(document("copy" + i, "page", DocumentSet.FRESH, 0.3, Map.of()));
    }
    GateResult result = decide(documents);

    assertThat(result.documents()).isEqualTo(2120);
    assertThat(result.clusters()).isEqualTo(121);
    assertThat(result.decision()).isEqualTo(Decision.KEPT);
  }

  @Test
  void weightsOfTheEstimands() {
    List<ScoredDocument> documents =
        List.of(
            new ScoredDocument("a", "c", DocumentSet.FRESH, 200, 100, 100, 10, Map.of()), // 1
            new ScoredDocument("b", "c", DocumentSet.FRESH, 900, 900, 300, 90, Map.of()), // 0
            new ScoredDocument("c", null, DocumentSet.FRESH, 300, 350, 100, 20, Map.of())); // −0.5

    assertThat(ClusterGain.of(documents, Estimand.DOCUMENT))
        .containsExactly(new ClusterGain(1, 2, 2), new ClusterGain(-0.5, 1, 1));
    assertThat(ClusterGain.of(documents, Estimand.CLUSTER))
        .containsExactly(new ClusterGain(0.5, 1, 2), new ClusterGain(-0.5, 1, 1));
    assertThat(ClusterGain.of(documents, Estimand.CHARACTER))
        .containsExactly(new ClusterGain(100, 400, 2), new ClusterGain(-50, 100, 1));
    assertThat(ClusterGain.of(documents, Estimand.TOKEN))
        .containsExactly(new ClusterGain(10, 100, 2), new ClusterGain(-10, 20, 1));
    assertThat(ClusterGain.mean(ClusterGain.of(documents, Estimand.CHARACTER))).isEqualTo(0.1);
  }

  @Test
  void theOrderIsTheSameHoweverDocumentsArrive() {
    List<ScoredDocument> documents = night(50, 0.01, Map.of(), 15);
    documents.add(document("x", "one", DocumentSet.FRESH, 0.1, Map.of()));
    documents.add(0, document("y", "one", DocumentSet.FRESH, 0.1, Map.of()));
    List<ScoredDocument> ordered = SaltedOrder.of(documents, "salt");
    List<ScoredDocument> shuffled = new ArrayList<>(documents);
    Collections.shuffle(shuffled, new Random(16));

    assertThat(SaltedOrder.of(shuffled, "salt")).isEqualTo(ordered);
    assertThat(SaltedOrder.of(documents, "other"))
        .isNotEqualTo(ordered)
        .containsExactlyInAnyOrderElementsOf(ordered);
    List<String> ids = ordered.stream().map(ScoredDocument::id).toList();
    assertThat(Math.abs(ids.indexOf("x") - ids.indexOf("y"))).isEqualTo(1);
  }

  @Test
  void theResultIsJsonAndBack() throws Exception {
    List<ScoredDocument> documents = night(300, 0.017, Map.of("language", "en"), 3);
    documents.addAll(night(5, 0, Map.of("language", "de"), 17).subList(1, 6));
    GateResult result = decide(documents);
    String json = Json.pretty(result);

    assertThat(Json.mapper().readValue(json, GateResult.class)).isEqualTo(result);
    assertThat(json)
        .contains("\"decision\" : \"kept\"")
        .contains("\"code\" : \"evidence-carried\"");
    assertThat(Json.pretty(decide(List.of()))).contains("\"too-few-documents\"");
  }

  @Test
  void whatCannotBeComparedIsNamed() {
    List<ScoredDocument> twice = night(100, 0, Map.of(), 18);
    twice.add(twice.get(1));
    assertThatThrownBy(() -> decide(twice))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageStartingWith("document 18-0 must stand once among the fresh documents");
    assertThatThrownBy(() -> document("d", null, DocumentSet.FRESH, Double.NaN, Map.of()))
        .hasMessageStartingWith(
            "document d must have a finite score to be compared, but the"
                + " challenger gives it NaN bits");
    assertThatThrownBy(() -> new ScoredDocument("e", null, DocumentSet.FRESH, 1, 1, 0, 0, Map.of()))
        .hasMessageStartingWith("document e must have at least 1 character and 1 token");
    assertThatThrownBy(
            () ->
                new Contest(
                    "v1", "v2", 1, 1, Spent.NOTHING, new Evidence("v1", "v9", 1, 0.1, 0, 1, 1)))
        .hasMessage("evidence must be of the challenger v2, but is of v9");
  }

  @Test
  void allProblemsOfAConfigurationAreToldAtOnce() {
    assertThatThrownBy(() -> new Clip(0, 0, -1, 2))
        .hasMessageContaining("gate.clip.deviations must be 1.0 to 1000000.0, but is 0.0")
        .hasMessageContaining("gate.clip.least must be greater than 0")
        .hasMessageContaining("gate.clip.most must be at least gate.clip.least, 0.0, but is -1.0")
        .hasMessageContaining("gate.clip.allowance must be 0.0 to 0.0, but is 2.0");
    assertThatThrownBy(() -> new GateConfig(Double.NaN, null, null, CLIP, null, 1, 0, null, null))
        .hasMessageContaining("gate.margin must be -100.0 to 100.0, but is NaN")
        .hasMessageContaining("gate.estimand is missing")
        .hasMessageContaining("gate.level must be greater than 0 and less than 1, but is 1.0")
        .hasMessageContaining("gate.least-documents must be at least 2, but is 0")
        .hasMessageContaining("gate.slices is missing");
    assertThatThrownBy(() -> new Carry(0, 0))
        .hasMessageContaining("gate.carry.almost")
        .hasMessageContaining("gate.carry.nights must be 1 to 1000, but is 0");
    assertThatThrownBy(() -> new SliceGuard(List.of("a.b", "x", "x"), -1, 0, 1, 0, null))
        .hasMessageContaining("gate.slices.most-loss")
        .hasMessageContaining("gate.slices.level")
        .hasMessageContaining("gate.slices.least-documents")
        .hasMessageContaining("gate.slices.by must name length, source or fields")
        .hasMessageContaining("gate.slices.by must be at most 8 different labels")
        .hasMessageContaining("gate.slices.most")
        .hasMessageContaining("gate.slices.burden is missing");
    assertThatThrownBy(() -> new FrozenGuard(Double.NaN, -1))
        .hasMessageContaining("gate.frozen.most-loss")
        .hasMessageContaining("gate.frozen.least-documents");
  }
}
