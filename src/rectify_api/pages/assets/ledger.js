// The ledger at a glance. Every value shown is asked of the API with the reader's key; data becomes text, never markup.

const KEY = "rectify.key";
const UNFINISHED = ["registered", "claimed", "in_progress", "returned"];
const SHADE = {
  closed: "good",
  verified: "good",
  completed: "good",
  basically_completed: "good",
  claimed: "going",
  in_progress: "going",
  submitted: "going",
  long_term: "going",
  returned: "bad",
  not_completed: "bad",
  extension_requested: "bad",
  green: "good",
  amber: "going",
  red: "bad",
};
// What a bulletin declares under a name → its label, and what the ledger counts beside it.
const DECLARED = {
  categories: ["方面", (f) => f.counted.categories],
  items: ["突出问题", (f) => f.counted.items],
  issues: ["具体问题", (f) => f.counted.issues],
  measures: ["整改措施", (f) => f.counted.measures || null],
  completed: ["已完成", (f) => f.counted.by_status.completed ?? 0],
  basically_completed: ["基本完成", (f) => f.counted.by_status.basically_completed ?? 0],
  in_progress: ["正在推进", (f) => f.counted.by_status.in_progress ?? 0],
  long_term: ["长期坚持", (f) => f.counted.by_status.long_term ?? 0],
  not_completed: ["未完成", (f) => f.counted.by_status.not_completed ?? 0],
  all_completed: ["整改完成", () => null, () => "全部"],
  tasks: ["整改任务", () => null],
  suggestions: ["意见建议", (f) => f.counted.opinions || null],
  persons: ["问责人数", () => null],
  recovered: ["清退收回（元）", (f) => f.recovered_total, yuan],
};

const at = (id) => document.getElementById(id);
let labels = new Map();
let shown = new AbortController();

class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? "");
    this.status = status;
  }
}

async function ask(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) if (one !== "" && one !== null && one !== undefined) query.append(name, one);
  }
  const key = sessionStorage.getItem(KEY) ?? "";
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Refused(401, {});
  const answer = await fetch(`v1/${path}?${query}`, {
    headers: { Authorization: `Bearer ${key}`, Accept: "application/json" },
    signal,
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

const english = (text) => make("small", { lang: "en" }, text);
const label = (vocabulary, code) => labels.get(`${vocabulary}.${code}`) ?? code;
const mark = (vocabulary, code) => make("span", { class: `mark ${SHADE[code] ?? ""}` }, label(vocabulary, code));

function yuan(amount) {
  const [whole, cents = "00"] = String(amount).split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents.padEnd(2, "0")}`;
}

function shanghai(daysAgo = 0) {
  return new Date(Date.now() + 8 * 3600e3 - daysAgo * 86400e3).toISOString().slice(0, 10);
}

function section(id, chinese, translation, ...content) {
  return make(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    make("h3", { id: `${id}-title` }, `${chinese} `, english(translation)),
    ...content,
  );
}

// `columns`: [heading, class]; each row is an array of cells, or {cells, class}.
function table(columns, rows, { caption = null, cards = false } = {}) {
  const body = make("tbody", {});
  const node = make(
    "table",
    { class: cards ? "cards" : null },
    caption === null ? null : make("caption", {}, caption),
    make(
      "thead",
      {},
      make("tr", {}, ...columns.map(([heading, kind]) => make("th", { scope: "col", class: kind ?? null }, heading))),
    ),
    body,
  );
  const add = (more) =>
    body.append(
      ...more.map((row) => {
        const cells = row.cells ?? row;
        return make(
          "tr",
          { class: row.class ?? null },
          ...cells.map((cell, n) =>
            make(
              "td",
              { class: columns[n][1] ?? null, "data-column": columns[n][0] },
              cell === null || cell === ""
                ? null
                : make("span", {}, ...[cell].flat().map((piece) => (piece instanceof Node ? piece : String(piece)))),
            ),
          ),
        );
      }),
    );
  add(rows);
  return { node, add };
}

function sums(...entries) {
  return make(
    "dl",
    { class: "sums" },
    ...entries.map(([chinese, value, shade, unit]) =>
      make(
        "div",
        { class: shade ?? null },
        make("dt", {}, chinese),
        make("dd", {}, String(value), unit ? make("small", {}, ` ${unit}`) : null),
      ),
    ),
  );
}

function part(shade, share, of) {
  const node = make("i", { class: shade });
  node.style.width = of > 0 ? `${(100 * share) / of}%` : "0";
  return node;
}

function bar(kind, name, count, of) {
  return make(
    "div",
    { class: `bar ${kind}` },
    make("span", {}, name),
    make("span", { class: "track", role: "img", "aria-label": `${name} ${count} / ${of}` }, part(null, count, of)),
    make("b", {}, `${count} / ${of} 件`),
  );
}

function progress(figures) {
  const { counted } = figures;
  return section(
    "progress",
    "整改进度",
    "progress by category",
    sums(
      ["具体问题", counted.issues, "known", "件"],
      ["整改完成", counted.by_status.completed ?? 0, "known", "件"],
      ["已销号", counted.by_state.closed ?? 0, "good", "件"],
      ["佐证材料", counted.evidence_files, null, "份"],
    ),
    figures.by_category.length === 0
      ? make("p", { class: "empty" }, "没有分类。")
      : make(
          "div",
          {},
          ...figures.by_category.map((category) =>
            make(
              "div",
              { class: "category" },
              make("h4", {}, `${category.number}${category.title}`),
              bar("completed", "整改完成", category.completed, category.issues),
              bar("closed", "已销号", category.closed, category.issues),
            ),
          ),
        ),
  );
}

// `completed_measures`: the bulletin counts measures, not issues, by status.
function calledOfMeasures(name) {
  const status = name.endsWith("_measures") ? name.slice(0, -"_measures".length) : null;
  return status === null ? name : `整改措施${label("rectification_status", status)}`;
}

function declared(figures) {
  const contradicted = new Map(figures.contradictions.map((found) => [found.name, found]));
  const rows = Object.entries(figures.declared).map(([name, values]) => {
    const [called, count, shape = String] = DECLARED[name] ?? [calledOfMeasures(name), () => null];
    const counted = count(figures);
    const odds = contradicted.get(name);
    contradicted.delete(name);
    return {
      class: odds ? "flagged" : null,
      cells: [
        called,
        values.map(shape).join("、"),
        counted === null ? "—" : shape(counted),
        odds
          ? make("span", { class: "flag" }, `不一致：${odds.message}`)
          : counted === null
            ? "未逐条列出"
            : shape(counted) === values.map(shape).join()
              ? "一致"
              : "供核对",
      ],
    };
  });
  for (const odds of contradicted.values())
    rows.push({ class: "flagged", cells: [odds.name, odds.declared.join("、"), odds.counted ?? "—", odds.message] });
  return section(
    "declared",
    "通报所称与台账所计",
    "declared beside counted",
    rows.length === 0
      ? make("p", { class: "empty" }, "没有通报所称的数字。")
      : table([["事项", "nowrap"], ["通报所称", "number"], ["台账计得", "number"], ["核对"]], rows).node,
  );
}

function money(figures) {
  const identified = Number(figures.identified_total);
  const rows = figures.money.map((sum) => [
    sum.issue === null ? "" : `问题 ${sum.issue}`,
    [mark("money_action", sum.action), ` ${sum.what}${sum.approximate ? "（约数）" : ""}`],
    yuan(sum.identified),
    yuan(sum.received),
    yuan(sum.outstanding),
  ]);
  return section(
    "money",
    "资金清退",
    "money, in yuan",
    sums(
      ["应清退", yuan(figures.identified_total), "known", "元"],
      ["已收回", yuan(figures.recovered_total), "good", "元"],
      ["未收回", yuan(figures.outstanding_total), "bad", "元"],
    ),
    identified > 0
      ? make(
          "div",
          {
            class: "money-bar",
            role: "img",
            "aria-label": `已收回 ${yuan(figures.recovered_total)} 元，未收回 ${yuan(figures.outstanding_total)} 元`,
          },
          part("good", Number(figures.recovered_total), identified),
          part("bad", Number(figures.outstanding_total), identified),
        )
      : "",
    rows.length === 0
      ? make("p", { class: "empty" }, "没有资金记录。")
      : table(
          [
            ["问题", "nowrap"],
            ["款项", "text"],
            ["应清退", "number"],
            ["已收回", "number"],
            ["未收回", "number"],
          ],
          rows,
          { cards: true },
        ).node,
  );
}

function sanctions(figures) {
  return section(
    "sanctions",
    "责任追究",
    "sanctions, persons",
    figures.sanctions.length === 0
      ? make("p", { class: "empty" }, "没有问责记录。")
      : table(
          [["方式"], ["人数", "number"]],
          figures.sanctions.map((sanction) => [sanction.label, sanction.count]),
        ).node,
  );
}

function rules(figures) {
  const rows = Object.entries(figures.rule_changes)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => [label("rule_change_kind", kind), count]);
  return section(
    "rules",
    "制度建设",
    "rule changes",
    rows.length === 0
      ? make("p", { class: "empty" }, "没有制度记录。")
      : table([["变动"], ["项数", "number"]], rows).node,
  );
}

function warnings(figures) {
  const place = (found) =>
    found?.line ? `原文第 ${found.line} 行${found.start === undefined ? "" : `，第 ${found.start + 1} 字起`}` : "";
  return section(
    "warnings",
    "读取提示",
    "warnings of the reading",
    figures.warnings.length === 0
      ? make("p", { class: "empty" }, "没有提示。")
      : make(
          "ul",
          { class: "notes" },
          ...figures.warnings.map((warning) =>
            make(
              "li",
              {},
              warning.message,
              make("small", {}, [place(warning.at), warning.code].filter(Boolean).join(" · ")),
            ),
          ),
        ),
  );
}

async function overdue(id, signal) {
  const found = await ask(
    "issues",
    { inspection_id: id, due_to: shanghai(1), status: UNFINISHED, sort: "due_date", limit: 100, with_total: true },
    signal,
  );
  const today = Date.parse(shanghai());
  const rows = found.items.map((issue) => [
    issue.number || issue.ordinal,
    issue.text,
    issue.due_date,
    make("span", { class: "late" }, `${Math.round((today - Date.parse(issue.due_date)) / 86400e3)} 天`),
    mark("issue_state", issue.status),
    issue.lead_unit,
  ]);
  return section(
    "overdue",
    `逾期问题${found.total ? ` ${found.total} 件` : ""}`,
    "overdue issues",
    rows.length === 0
      ? make("p", { class: "empty" }, "没有逾期的问题。")
      : table(
          [
            ["序号", "nowrap"],
            ["问题", "text"],
            ["整改时限", "nowrap"],
            ["逾期", "nowrap"],
            ["状态", "nowrap"],
            ["牵头单位", "unit"],
          ],
          rows,
          { cards: true, caption: found.next ? `先列最早到期的 ${rows.length} 件` : null },
        ).node,
  );
}

async function timetable(id, signal) {
  const { milestones, rules } = await ask(`inspections/${encodeURIComponent(id)}/timetable`, {}, signal);
  const rows = milestones.map((milestone) => [
    [milestone.zh, milestone.calendar_incomplete ? make("small", {}, "（该年放假安排未知）") : ""],
    milestone.latest_start,
    milestone.due_date,
    milestone.done_on ?? "",
    milestone.light === null ? "" : mark("light", milestone.light),
  ]);
  return section(
    "timetable",
    "倒排工期",
    "timetable, counted back",
    rows.length === 0
      ? make("p", { class: "empty" }, "没有反馈日期，无法排出工期。")
      : table(
          [["事项", "text"], ["最迟着手", "nowrap"], ["时限", "nowrap"], ["完成", "nowrap"], ["灯", "nowrap"]],
          rows,
          { cards: true, caption: rules && `依据：${rules.zh}` },
        ).node,
  );
}

const ISSUE_COLUMNS = [
  ["序号", "nowrap"],
  ["问题", "text"],
  ["办理状态", "nowrap"],
  ["整改情况", "nowrap"],
  ["整改时限", "nowrap"],
  ["灯", "nowrap"],
  ["责任领导", "unit"],
];
const issueRow = (issue) => [
  issue.number || issue.ordinal,
  issue.text,
  mark("issue_state", issue.status),
  mark("rectification_status", issue.rectification_status),
  issue.due_date,
  issue.light && mark("light", issue.light),
  issue.responsible_leader,
];

function choice(name, heading, vocabulary) {
  const codes = [...labels.keys()]
    .filter((key) => key.startsWith(`${vocabulary}.`))
    .map((key) => key.slice(vocabulary.length + 1));
  return make(
    "select",
    { name, "aria-label": heading },
    make("option", { value: "" }, `${heading}：全部`),
    ...codes.map((code) => make("option", { value: code }, label(vocabulary, code))),
  );
}

async function issues(id, signal) {
  const filters = make(
    "form",
    { class: "filters", role: "search" },
    choice("status", "办理状态", "issue_state"),
    choice("rectification_status", "整改情况", "rectification_status"),
    make("input", { name: "q", type: "search", placeholder: "搜索问题", "aria-label": "搜索问题" }),
    make("button", { type: "submit" }, "筛选"),
  );
  const list = make("div", {});
  let turns = 0;
  const show = async () => {
    const turn = ++turns;
    const wanted = { inspection_id: id, ...Object.fromEntries(new FormData(filters)), limit: 20, with_total: true };
    const found = await ask("issues", wanted, signal);
    if (turn !== turns) return;
    const rows = table(ISSUE_COLUMNS, found.items.map(issueRow), { cards: true, caption: `共 ${found.total} 件` });
    const more = make("button", { type: "button", class: "more" }, "更多 ", english("more"));
    more.hidden = !found.next;
    let next = found.next;
    more.addEventListener(
      "click",
      guarded(async () => {
        more.disabled = true;
        const page = await ask("issues", { ...wanted, after: next, with_total: "" }, signal).finally(() => {
          more.disabled = false;
        });
        rows.add(page.items.map(issueRow));
        next = page.next;
        more.hidden = !next;
      }),
    );
    list.replaceChildren(
      ...(found.items.length === 0 ? [make("p", { class: "empty" }, "没有符合条件的问题。")] : [rows.node, more]),
    );
  };
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(show)();
  });
  filters.addEventListener("change", guarded(show));
  await show();
  return section("issues", "问题清单", "issues", filters, list);
}

async function showInspection(id) {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  for (const link of at("inspections").querySelectorAll("a")) {
    if (link.dataset.id === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  at("figures").setAttribute("aria-busy", "true");
  const [figures, late, milestones, list] = await Promise.all([
    ask(`inspections/${encodeURIComponent(id)}/figures`, {}, signal),
    overdue(id, signal),
    timetable(id, signal),
    issues(id, signal),
  ]).finally(() => {
    if (!signal.aborted) at("figures").removeAttribute("aria-busy");
  });
  const { inspection_start: start, inspection_end: end, feedback } = figures.dates;
  const facts = [
    figures.publisher,
    figures.published_on && `公布 ${figures.published_on}`,
    start && `巡察 ${start} 至 ${end ?? "—"}`,
    feedback && `反馈 ${feedback}`,
  ];
  at("figures").replaceChildren(
    make("header", {}, make("h2", { class: "wide" }, figures.title), make("p", {}, facts.filter(Boolean).join(" · "))),
    progress(figures),
    late,
    milestones,
    declared(figures),
    money(figures),
    make("div", { class: "pair" }, sanctions(figures), rules(figures)),
    warnings(figures),
    list,
  );
}

async function listInspections(after = null) {
  const found = await ask("inspections", { after, limit: 50 });
  at("inspections").append(
    ...found.items.map((inspection) =>
      make(
        "li",
        {},
        make(
          "a",
          { href: `#inspection=${inspection.id}`, "data-id": inspection.id },
          inspection.title,
          make(
            "small",
            {},
            [label("supervision_kind", inspection.kind), inspection.published_on].filter(Boolean).join(" · "),
          ),
        ),
      ),
    ),
  );
  at("more-inspections").hidden = !found.next;
  at("more-inspections").onclick = guarded(() => listInspections(found.next));
  return found.items;
}

function sayEmpty() {
  at("figures").replaceChildren(
    section(
      "empty",
      "台账还是空的",
      "the ledger is empty",
      make("p", {}, "导入一份巡察整改通报（.txt、.docx 或 .html），这里就会显示进度、资金与问责："),
      make("p", {}, make("code", {}, "rectify-api import 通报.txt")),
      make(
        "p",
        { class: "hint" },
        "也可以经接口登记：POST /v1/organisations，然后 POST /v1/inspections。 ",
        english("Import a bulletin, or create an inspection through the API, then reload."),
      ),
    ),
  );
}

async function open() {
  at("notice").hidden = true;
  at("key-form").hidden = true;
  at("inspections").replaceChildren();
  at("figures").replaceChildren(make("p", { class: "empty" }, "正在读取…"));
  const vocabularies = await ask("vocabularies");
  labels = new Map(
    vocabularies.items.flatMap(({ name, terms }) => terms.map((term) => [`${name}.${term.code}`, term.zh])),
  );
  const [first] = await listInspections();
  at("ledger").hidden = false;
  at("leave").hidden = false;
  const id = asked().get("inspection") ?? first?.id;
  if (id) await showInspection(id);
  else sayEmpty();
}

function askForKey() {
  sessionStorage.removeItem(KEY);
  shown.abort();
  at("ledger").hidden = true;
  at("leave").hidden = true;
  at("figures").replaceChildren();
  at("key-form").hidden = false;
  at("key").focus();
}

const asked = () => new URLSearchParams(location.hash.slice(1));

// The key leaves the address, and so the history, before anything else happens.
function takeKey() {
  const key = asked().get("key");
  if (key === null) return false;
  sessionStorage.setItem(KEY, key);
  history.replaceState(null, "", location.pathname + location.search);
  return true;
}

function say(error) {
  if (error.name === "AbortError") return;
  if (error.status === 401) askForKey();
  const sentence =
    error.status === 401
      ? "密钥无效、已停用或已过期，请重新输入。The key is not valid."
      : error.status === 403
        ? `此密钥没有查看权限。This key may not read the ledger. ${error.message}`
        : error.status
          ? `未能读取（${error.status}）：${error.message}`
          : error instanceof TypeError
            ? "连不上服务，请检查网络后刷新。The service cannot be reached."
            : String(error);
  at("notice").textContent = sentence;
  at("notice").hidden = false;
  if (error.status === 403 && at("ledger").hidden) at("key-form").hidden = false;
  if (!at("figures").querySelector("section")) at("figures").replaceChildren();
}

function guarded(work) {
  return (...values) =>
    Promise.resolve()
      .then(() => work(...values))
      .catch(say);
}

at("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, at("key").value.trim());
  at("key").value = "";
  guarded(open)();
});
at("leave").addEventListener("click", askForKey);
addEventListener(
  "hashchange",
  guarded(() => {
    if (takeKey()) return open();
    const id = asked().get("inspection");
    at("notice").hidden = true;
    return id && sessionStorage.getItem(KEY) ? showInspection(id) : undefined;
  }),
);

takeKey();
if (sessionStorage.getItem(KEY)) guarded(open)();
else askForKey();
