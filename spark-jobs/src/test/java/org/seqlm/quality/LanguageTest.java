package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

class LanguageTest {
  /** Sentences of everyday language, written for this test. */
  private static final Map<String, List<String>> SENTENCES = sentences();

  private static Map<String, List<String>> sentences() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    all.put(
        "en",
        List.of(
            "The train was late again this morning, so we missed the first talk.",
            "Could you please tell me where the nearest pharmacy is?",
            "She had never seen so many birds on the lake before."));
    all.put(
        "de",
        List.of(
            "Der Zug hatte heute Morgen wieder Verspätung, deshalb haben wir den Vortrag verpasst.",
            "Können Sie mir bitte sagen, wo die nächste Apotheke ist?",
            "Sie hatte noch nie so viele Vögel auf dem See gesehen."));
    all.put(
        "fr",
        List.of(
            "Le train était encore en retard ce matin, nous avons donc manqué la conférence.",
            "Pourriez-vous me dire où se trouve la pharmacie la plus proche ?",
            "Elle n'avait jamais vu autant d'oiseaux sur le lac."));
    all.put(
        "es",
        List.of(
            "El tren llegó tarde otra vez esta mañana y nos perdimos la primera charla.",
            "¿Podría decirme dónde está la farmacia más cercana?",
            "Nunca había visto tantos pájaros en el lago."));
    all.put(
        "it",
        List.of(
            "Il treno era di nuovo in ritardo stamattina, quindi abbiamo perso la conferenza.",
            "Potrebbe dirmi dove si trova la farmacia più vicina?",
            "Non aveva mai visto così tanti uccelli sul lago."));
    all.put(
        "pt",
        List.of(
            "O trem atrasou de novo esta manhã, então perdemos a primeira palestra.",
            "Você poderia me dizer onde fica a farmácia mais próxima?",
            "Ela nunca tinha visto tantos pássaros no lago."));
    all.put(
        "nl",
        List.of(
            "De trein was vanochtend weer te laat, dus we hebben de eerste lezing gemist.",
            "Kunt u mij vertellen waar de dichtstbijzijnde apotheek is?",
            "Ze had nog nooit zoveel vogels op het meer gezien."));
    all.put(
        "tr",
        List.of(
            "Tren bu sabah yine gecikti, bu yüzden ilk konuşmayı kaçırdık.",
            "En yakın eczanenin nerede olduğunu söyler misiniz?",
            "Gölde daha önce hiç bu kadar çok kuş görmemişti."));
    all.put(
        "ru",
        List.of(
            "Поезд сегодня утром снова опоздал, поэтому мы пропустили первый доклад.",
            "Не могли бы вы сказать, где находится ближайшая аптека?",
            "Она никогда раньше не видела столько птиц на озере."));
    all.put(
        "fa",
        List.of(
            "قطار امروز صبح دوباره دیر رسید و ما سخنرانی اول را از دست دادیم.",
            "می‌توانید به من بگویید نزدیک‌ترین داروخانه کجاست؟",
            "او هرگز این همه پرنده روی دریاچه ندیده بود."));
    all.put(
        "ar",
        List.of(
            "تأخر القطار مرة أخرى هذا الصباح ففاتتنا المحاضرة الأولى.",
            "هل يمكنك أن تخبرني أين تقع أقرب صيدلية؟",
            "لم تر من قبل هذا العدد من الطيور على البحيرة."));
    all.put("zh", List.of("今天早上火车又晚点了,所以我们错过了第一场讲座。", "请问最近的药店在哪里?", "她从来没有在湖上见过这么多鸟。"));
    all.put(
        "ja",
        List.of("今朝も電車が遅れたので、最初の講演に間に合いませんでした。", "一番近い薬局はどこですか。", "彼女は湖でこんなに多くの鳥を見たことがなかった。"));
    return all;
  }

  private static int right(String accuracy, List<String> among, List<String> wrong) {
    LinguaDetector detector = LinguaDetector.of(List.of(), among, accuracy);
    int right = 0;
    for (Map.Entry<String, List<String>> language : SENTENCES.entrySet()) {
      for (String sentence : language.getValue()) {
        String best =
            detector.confidences(sentence).entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("none");
        if (best.equals(language.getKey())) {
          right++;
        } else {
          wrong.add(language.getKey() + " taken for " + best + ": " + sentence);
        }
      }
    }
    return right;
  }

  @Test
  void tellsThirteenLanguagesApart() {
    List<String> wrong = new ArrayList<>();
    int right = right("low", List.copyOf(SENTENCES.keySet()), wrong);
    System.out.println("low, among 13: " + right + " of 39 sentences right; " + wrong);
    assertThat(right).isGreaterThanOrEqualTo(37);
  }

  @Test
  @Exhaustive
  void tellsThemFromAllOthers() {
    for (String accuracy : List.of("low", "high")) {
      List<String> among = accuracy.equals("low") ? List.of() : List.copyOf(SENTENCES.keySet());
      List<String> wrong = new ArrayList<>();
      int right = right(accuracy, among, wrong);
      System.out.println(accuracy + ", among " + among + ": " + right + " of 39; " + wrong);
      assertThat(right).isGreaterThanOrEqualTo(35);
    }
  }

  @Test
  void theLead() {
    Map<String, Object> given =
        Map.of("keep", List.of("fa", "EN"), "among", List.of("fa", "en", "ar", "de"));
    Object filter = Judged.filter("language", given);
    for (String kept : List.of("fa", "en")) {
      Judged judged = Judged.of(String.join("\n", SENTENCES.get(kept)), filter);
      assertThat(judged.removedBy()).isNull();
      assertThat(judged.value("language.lead")).isBetween(0.05, 1.0);
    }
    for (String other : List.of("ar", "de")) {
      Judged judged = Judged.of(String.join("\n", SENTENCES.get(other)), filter);
      assertThat(judged.removedBy()).isEqualTo("language.lead");
      assertThat(judged.value("language.lead")).isBetween(-1.0, -0.05);
    }
    assertThat(Judged.of("这是一个句子。", filter).value("language.lead")).isEqualTo(-1);
    assertThat(Judged.of("12 34", filter).value("language.lead")).isNaN();
    // What follows the first characters is not looked at.
    String german = SENTENCES.get("de").get(0);
    Map<String, Object> first = new LinkedHashMap<>(given);
    first.put("characters", german.length());
    assertThat(
            Judged.of(german + SENTENCES.get("fa"), Judged.filter("language", first))
                .value("language.lead"))
        .isEqualTo(Judged.of(german, filter).value("language.lead"));
  }

  @Test
  void tellsWhatIsWrong() {
    assertThatThrownBy(() -> Judged.of("", "language"))
        .hasMessageContaining("filters.language.keep is missing");
    assertThatThrownBy(
            () -> Judged.of("", Judged.filter("language", Map.of("keep", List.of("xx")))))
        .hasMessageContaining("names xx, which is no language that Lingua knows: it knows af, ");
    assertThatThrownBy(
            () ->
                Judged.of(
                    "",
                    Judged.filter("language", Map.of("keep", "en", "among", List.of("fa", "ar")))))
        .hasMessageContaining("filters.language.among must have all of keep, [en]");
  }

  @Test
  void whatToGiveWhereTheLibraryIsMissing() {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      assertThatThrownBy(
              () -> Judged.of("", Judged.filter("language", Map.of("keep", List.of("en")))))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM))
          .hasMessageContaining("-- --packages com.github.pemistahl:lingua:1.2.2");
    } finally {
      thread.setContextClassLoader(loader);
    }
  }
}
