// SPDX-License-Identifier: MIT
#include "settings.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "libc.h"

namespace nx {

namespace {

using std::chrono::milliseconds;

struct ErrorName {
  std::string_view name;
  int number;
};

constexpr ErrorName ERROR_NAMES[] = {
    {"EPERM", EPERM},   {"ENOENT", ENOENT}, {"EIO", EIO},       {"ENXIO", ENXIO},   {"EAGAIN", EAGAIN},
    {"ENOMEM", ENOMEM}, {"EACCES", EACCES}, {"EFAULT", EFAULT}, {"EBUSY", EBUSY},   {"EEXIST", EEXIST},
    {"ENODEV", ENODEV}, {"EINVAL", EINVAL}, {"ENFILE", ENFILE}, {"EMFILE", EMFILE}, {"ENOTSUPP", 524},
};

/** What stands before and after the first `separator`; `second` is absent without one. */
struct Split {
  std::string_view first;
  std::optional<std::string_view> second;
};

Split split(std::string_view text, char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool parse(std::string_view text, uint64_t least, uint64_t most, uint64_t& number) {
  if (text.empty() || text.size() > 10) return false;
  number = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    number = number * 10 + static_cast<uint64_t>(digit - '0');
  }
  return number >= least && number <= most;
}

bool parse(std::string_view text, uint32_t least, uint32_t& number) {
  uint64_t wide = 0;
  if (!parse(text, least, UINT32_MAX, wide)) return false;
  number = static_cast<uint32_t>(wide);
  return true;
}

bool parse(std::string_view text, milliseconds& time) {
  uint64_t number = 0;
  if (!parse(text, 1, UINT32_MAX, number)) return false;
  time = milliseconds(number);
  return true;
}

bool parse(std::string_view text, Selection& selection) {
  if (text == "all") return true;
  const Split range = split(text, '-');
  if (!parse(range.first, 1, UINT32_MAX, selection.first)) return false;
  if (!range.second) {
    selection.last = selection.first;
    return true;
  }
  return range.second->empty() || parse(*range.second, selection.first, UINT32_MAX, selection.last);
}

bool parseErrno(std::string_view text, int& number) {
  const auto* const known = std::find_if(std::begin(ERROR_NAMES), std::end(ERROR_NAMES),
                                         [text](const ErrorName& error) { return error.name == text; });
  if (known == std::end(ERROR_NAMES)) return false;
  number = known->number;
  return true;
}

bool parseCompletionCode(std::string_view text, int& code) {
  uint64_t number = 0;
  // 0 and 64 would vouch for a target that nobody has written.
  if (!parse(text, 1, 255, number) || number == 64) return false;
  code = static_cast<int>(number);
  return true;
}

/** `value` or `value@selection`, added to the orders there are. */
template <typename Value>
bool parse(std::string_view text, bool (*parseValue)(std::string_view, Value&), Orders<Value>& orders) {
  const Split parts = split(text, '@');
  Ordered<Value> order;
  if (!parseValue(parts.first, order.value)) return false;
  if (parts.second && !parse(*parts.second, order.selection)) return false;
  orders.push_back(order);
  return true;
}

bool parsePage(std::string_view text, Settings& settings) {
  return parse(text, 4096, 65536, settings.pageSize) &&
         (settings.pageSize == 4096 || settings.pageSize == 65536);
}

bool parseFaults(std::string_view text, Settings& settings) {
  settings.faults = text == "once" ? InjectedFaults::ONCE : InjectedFaults::ALWAYS;
  return text == "once" || text == "always";
}

bool parseBusy(std::string_view text, Settings& settings) {
  if (text != "always") return parse(text, 1, settings.busy);
  settings.busy = UINT32_MAX;
  return true;
}

bool parseSuspend(std::string_view text, Settings& settings) {
  const Split parts = split(text, ':');
  return parse(parts.first, 1, UINT32_MAX, settings.suspendAfter) &&
         (!parts.second || parse(*parts.second, settings.suspension));
}

bool parseVasIds(std::string_view text, Settings& settings) {
  settings.vasIds.clear();
  std::optional<std::string_view> rest = text;
  while (rest) {
    const Split parts = split(*rest, ':');
    uint64_t id = 0;
    if (!parse(parts.first, 0, 31, id)) return false;
    settings.vasIds.push_back(static_cast<int>(id));
    rest = parts.second;
  }
  return true;
}

bool parseFiles(std::string_view text, Settings& settings) {
  settings.files = text;
  // Not `access`, which asks the stand-in that is not set up yet.
  return !text.empty() && text.front() == '/' &&
         libc().syscall(SYS_faccessat, AT_FDCWD, settings.files.c_str(), X_OK) == 0;
}

bool parseSo(std::string_view text, Settings& settings) {
  settings.so = text == "1";
  return settings.so || text == "0";
}

struct Key {
  std::string_view name;
  bool (*parse)(std::string_view value, Settings& settings);
};

constexpr Key KEYS[] = {
    {"page", parsePage},
    {"credits", [](auto text, auto& settings) { return parse(text, 1, settings.credits); }},
    {"fifo", [](auto text, auto& settings) { return parse(text, 1, settings.fifo); }},
    {"limit", [](auto text, auto& settings) { return parse(text, 0, settings.limitHigh); }},
    {"limitlow", [](auto text, auto& settings) { return parse(text, 0, settings.limitLow); }},
    {"vas", parseVasIds},
    {"so", parseSo},
    {"files", parseFiles},
    {"fault", parseFaults},
    {"busy", parseBusy},
    {"delay", [](auto text, auto& settings) { return parse<milliseconds>(text, parse, settings.delays); }},
    {"hang", [](auto text, auto& settings) { return parse(text, settings.hangs.emplace_back()); }},
    {"cc",
     [](auto text, auto& settings) { return parse(text, parseCompletionCode, settings.completionCodes); }},
    {"suspend", parseSuspend},
    {"open", [](auto text, auto& settings) { return parse(text, parseErrno, settings.open); }},
    {"ioctl", [](auto text, auto& settings) { return parse(text, parseErrno, settings.ioctl); }},
    {"mmap", [](auto text, auto& settings) { return parse(text, parseErrno, settings.mmap); }},
};

void apply(std::string_view item, Settings& settings) {
  const Split parts = split(item, '=');
  const auto* const key = std::find_if(std::begin(KEYS), std::end(KEYS),
                                       [&parts](const Key& known) { return known.name == parts.first; });
  if (key == std::end(KEYS)) refuse("NX_STANDIN: no such key: " + std::string(item));
  if (!parts.second || !key->parse(*parts.second, settings)) {
    refuse("NX_STANDIN: no such value: " + std::string(item));
  }
}

}  // namespace

Settings Settings::fromEnvironment() {
  Settings settings;
  const char* const text = std::getenv("NX_STANDIN");
  if (text == nullptr || *text == '\0') return settings;
  std::optional<std::string_view> rest = text;
  while (rest) {
    const Split parts = split(*rest, ',');
    apply(parts.first, settings);
    rest = parts.second;
  }
  return settings;
}

void refuse(const std::string& message) {
  const std::string line = "nx-gzip stand-in: " + message + "\n";
  // Nothing can be done if even that fails.
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) _exit(2);
  _exit(2);
}

}  // namespace nx
