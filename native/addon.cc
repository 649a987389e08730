#include <napi.h>

#include <memory>

#include "execute.h"

/** The addon: one instance for each environment (main thread or worker) that loads it, with its own engine.
 */
class Addon : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env, Napi::Object exports) : unit_(std::make_unique<nx::GzipUnit>()) {
    DefineAddon(exports, {
                             InstanceMethod("execute", &Addon::execute),
                         });
  }

 private:
  Napi::Value execute(const Napi::CallbackInfo& info) { return nx::execute(info, *unit_); }

  std::unique_ptr<nx::GzipUnit> unit_;
};

NODE_API_ADDON(Addon)
