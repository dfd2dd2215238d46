import { minutes } from "./minutes.js";
import "./style.css";

document.querySelector("#app").textContent = `Green tea: ${minutes("green")} minutes`;
